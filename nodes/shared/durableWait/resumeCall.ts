import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { z } from 'zod';
import type { GatewayService } from '../gateways/registry';
import type { GenerationService } from '../gateways/types';
import { isRecord } from '../media/json';
import { createPauseMemory, type PauseId } from './resumedPauses';
import { SAVED_WAITS } from './state';
import { isDone } from './taskStates';
import { parseStoredWait } from './storedWait';

/** What n8n has stored of the execution: what nodes keep for themselves, and the input of the node that pauses. */
const storedExecutionSchema = z.object({
	runExecutionData: z.object({
		executionData: z.object({
			contextData: z.record(z.unknown()),
			nodeExecutionStack: z
				.tuple([
					z.object({
						data: z.object({
							main: z.tuple([z.array(z.custom<INodeExecutionData>(isRecord))]).rest(z.unknown()),
						}),
					}),
				])
				.rest(z.unknown()),
		}),
	}),
});

/** The pauses that a call has ended. */
const endedByCall = createPauseMemory();

/** Any success keeps the gateway from calling again; n8n resumes only if there is data for the node. */
const ACCEPTED: IWebhookResponseData = { webhookResponse: { received: true } };

/**
 * Answers a call to the URL that resumes a paused execution. It is resumed if a task that it waits for has
 * ended by that call; nothing else of the call is believed, since the next run polls. Never throws: n8n would end
 * the execution with the error.
 */
export function answerResumeCall(
	context: IWebhookFunctions,
	services: ReadonlyArray<GatewayService<GenerationService>>,
): IWebhookResponseData {
	try {
		const gateway = context.getNodeParameter('gateway');
		const { tasks } = services.find((one) => one.gateway.name === gateway)?.service ?? {};
		const call = tasks?.parseCallback?.(context.getBodyData());
		const stored = storedExecutionSchema.safeParse(context);
		if (!call?.hasEnded || !stored.success) return ACCEPTED;
		const { contextData, nodeExecutionStack } = stored.data.runExecutionData.executionData;
		const own = contextData[`node:${context.getNode().name}`];
		const pause = findPauseFor(call.taskId, own, context.getExecutionId());
		// n8n's timer ends what is due, and another call has ended what is claimed.
		if (!pause || Date.now() >= pause.dueAtMs || !endedByCall.claim(pause)) return ACCEPTED;
		const [input] = nodeExecutionStack[0].data.main;
		// n8n hands this to the outputs, the first of which leads back into the node. Before 2.39 it has no other.
		return { ...ACCEPTED, workflowData: [input, []] };
	} catch (error) {
		context.logger.warn('A call to resume the execution could not be understood', { error });
		return ACCEPTED;
	}
}

/**
 * Finds the pause of the node, if it expects a call for the task. Without a signed URL none is expected, whoever calls;
 * a call that comes twice finds its task done.
 */
function findPauseFor(taskId: string, own: unknown, executionId: string): PauseId | undefined {
	const saved = isRecord(own) ? own[SAVED_WAITS] : undefined;
	const [newest] = Object.entries(isRecord(saved) ? saved : {}).sort(
		([one], [other]) => Number(other) - Number(one),
	);
	const wait = parseStoredWait(newest?.[1]);
	if (wait?.dueAtMs === undefined || wait.executionId !== executionId) return undefined;
	const isRunning = [...wait.taskStates].some(
		([itemIndex, state]) => state.taskId === taskId && !isDone(wait.taskStates, itemIndex),
	);
	return isRunning ? { executionId, dueAtMs: wait.dueAtMs } : undefined;
}
