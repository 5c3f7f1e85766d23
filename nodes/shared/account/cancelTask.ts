import { GenerationError, invalidInput } from '../errors/failure';
import type { TaskApi } from '../gateways/types';
import type { GenerationResult, TaskStatus } from '../generation/result';
import { booleanParamOr, parseTaskId } from '../parameters/schemas';
import { fetchTaskStatus } from '../polling/fetchTaskStatus';
import type { GatewaySession } from '../transport/session';
import { callGateway } from './callGateway';
import type { AccountOperation } from './runOperation';
import { requireTaskApi, toTaskItem, type TaskService } from './taskService';

/** With these statuses a gateway deletes a task instead of canceling it. */
const DELETABLE_STATUSES: readonly TaskStatus[] = ['succeeded', 'failed', 'expired'];

/** Cancel Task: cancels a queued task. The gateway would delete one that has ended: only if the user wants that. */
export const cancelTask: AccountOperation<TaskService> = async (
	session,
	gatewayService,
	itemIndex,
) => {
	const tasks = requireTaskApi(gatewayService, 'cancel');
	const taskId = parseTaskId(session.context.getNodeParameter('taskId', itemIndex, ''));
	const deleteEnded = booleanParamOr(false).safeParse(
		session.context.getNodeParameter('deleteEnded', itemIndex, false),
	);
	if (!deleteEnded.success) throw invalidInput('Delete Ended Task', 'has to be true or false');
	const result = await cancel(session, tasks, taskId, deleteEnded.data).catch((error: unknown) => {
		throw error instanceof GenerationError
			? new GenerationError({ ...error.failure, taskId })
			: error;
	});
	const task = { ...result, metadata: { ...result.metadata, taskId } };
	return { items: [toTaskItem(task, gatewayService, itemIndex, session.credentials.redact)] };
};

/** @returns the task with its new status, or as it was before it was deleted */
async function cancel(
	session: GatewaySession,
	tasks: TaskApi & Required<Pick<TaskApi, 'cancel'>>,
	taskId: string,
	deleteEnded: boolean,
): Promise<GenerationResult> {
	const polled = await fetchTaskStatus(session, tasks, taskId);
	if ('error' in polled) {
		const { error } = polled;
		throw new GenerationError(
			error.kind === 'taskNotFound' ? error : { ...error, kind: 'notCancelled' },
		);
	}
	const { result } = polled;
	const { status } = result.metadata;
	const isDeleted = DELETABLE_STATUSES.includes(status) && deleteEnded;
	if (status !== 'queued' && !isDeleted)
		throw new GenerationError({ kind: 'notCancelled', message: `its state is ${status}` });
	await callGateway(session, {
		request: tasks.cancel(taskId),
		parse: () => undefined,
		failureKind: 'notCancelled',
	});
	if (isDeleted) return result;
	const metadata = { ...result.metadata, status: 'cancelled', gatewayStatus: 'cancelled' } as const;
	return { ...result, metadata };
}
