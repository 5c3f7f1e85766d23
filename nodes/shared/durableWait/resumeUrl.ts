import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import type { Job, ResumeUrl } from '../execution/job';

/**
 * How many items of a run have their tasks called for. All items wait for the last one, and each call costs n8n a tenth
 * of a second of the processor, even one that it declines (n8n 2.41, 2026-11-29).
 */
const MAX_CALLED_ITEMS = 5;

/** The parameter of the URL by which n8n knows that it has given it out. */
const SIGNATURE = 'signature';

/** Where n8n itself can be told to resume the execution. It signs that URL from version 2.14 on. */
const executionSchema = z.object({ resumeUrl: z.string().url() });

/**
 * Finds the URL at which a POST resumes the execution by way of this node, for an item whose task is to be called for.
 * Undefined if n8n does not sign it: anyone could call it then, and those versions of n8n may resume an execution twice
 * if two calls come at once.
 */
export function findResumeUrls(
	context: IExecuteFunctions,
): (itemIndex: number) => ResumeUrl | undefined {
	const resumeUrl = findResumeUrl(context);
	const firstCalledItem = context.getInputData().length - MAX_CALLED_ITEMS;
	return (itemIndex) => (itemIndex < firstCalledItem ? undefined : resumeUrl);
}

function findResumeUrl(context: IExecuteFunctions): ResumeUrl | undefined {
	const execution = executionSchema.safeParse(context.getWorkflowDataProxy(0).$execution);
	if (!execution.success) return undefined;
	const url = new URL(execution.data.resumeUrl);
	const secret = url.searchParams.get(SIGNATURE);
	if (!secret) return undefined;
	// The path of the webhook in the description of the node.
	url.pathname += `/${encodeURIComponent(context.getNode().id)}`;
	return { url: url.href, secret };
}

/** Whether the request for a task tells the gateway where to call. */
export const isToldWhereToCall = ({ start }: Job): boolean =>
	'modelId' in start && start.resumeUrl !== undefined;

/** Tells the user that the gateway does not call, and when it would. The execution pauses all the same. */
export function hintAtTimer(context: IExecuteFunctions): void {
	context.addExecutionHints({
		message:
			'Nobody calls this execution: n8n resumes it after a minute, as with Pause Execution. A gateway that calls does so for tasks that Generate has created in this execution, with n8n 2.14 or later whose WEBHOOK_URL begins with https and can be reached from the internet.',
		location: 'outputPane',
	});
}
