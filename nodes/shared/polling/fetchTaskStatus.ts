import type { TaskApi } from '../gateways/types';
import { GenerationError } from '../errors/failure';
import { FAILURES } from '../errors/policy';
import { withTimeout } from '../time/deadline';
import { readApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import type { GatewaySession } from '../transport/session';
import type { StatusResult } from './pollTask';
import { POLL_TIMEOUT_SECONDS } from './tuning';

/** For a finished task that contains its image as data instead of a URL. */
const MAX_STATUS_BYTES = 32 * 1024 * 1024;

/**
 * Requests the status of a task from its gateway, once.
 * @throws GenerationError if another poll would fail in the same way
 */
export async function fetchTaskStatus(
	session: GatewaySession,
	tasks: TaskApi,
	taskId: string,
): Promise<StatusResult> {
	const deadline = withTimeout(session.deadline, POLL_TIMEOUT_SECONDS);
	let retryAfter: { retryAfter?: number } = {};
	try {
		const response = await sendRequest({ ...session, deadline }, tasks.getTask(taskId));
		if (response.retryAfter !== undefined) retryAfter = { retryAfter: response.retryAfter };
		return {
			result: tasks.parseResponse(
				await readApiResponse(response, deadline, { maxBytes: MAX_STATUS_BYTES }),
			),
			...retryAfter,
		};
	} catch (error) {
		return { ...toPollError(error), ...retryAfter };
	} finally {
		deadline.close();
	}
}

/** @throws {GenerationError} of a kind whose polling is fatal */
function toPollError(error: unknown): StatusResult {
	if (!(error instanceof GenerationError)) throw error;
	const { failure } = error;
	const { polling } = FAILURES[failure.kind];
	if (polling === 'fatal') throw error;
	return {
		error: polling === 'handled as timedOut' ? { ...failure, kind: 'timedOut' } : failure,
	};
}
