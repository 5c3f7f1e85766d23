import type { TaskApi } from '../gateways/types';
import { GenerationError } from '../errors/failure';
import { FAILURES } from '../errors/policy';
import { withTimeout } from '../time/deadline';
import { readApiResponse, sendToGateway, type GatewaySession } from '../transport/client';
import type { PollResult } from './pollTask';

/** A state is a few hundred bytes: what takes longer is asked for anew. Seconds. */
const POLL_TIMEOUT_SECONDS = 30;

/** Where a finished task brings its picture as data in place of a link. */
const MAX_STATUS_BYTES = 32 * 1024 * 1024;

/**
 * Asks a gateway for the state of a task, once.
 * @throws MediaError when asking again would bring the same
 */
export async function fetchTaskStatus(
	session: GatewaySession,
	tasks: TaskApi,
	taskId: string,
): Promise<PollResult> {
	const deadline = withTimeout(session.deadline, POLL_TIMEOUT_SECONDS);
	let retryAfter: { retryAfter?: number } = {};
	try {
		const response = await sendToGateway({ ...session, deadline }, tasks.getTask(taskId));
		if (response.retryAfter !== undefined) retryAfter = { retryAfter: response.retryAfter };
		return {
			result: tasks.parseResponse(await readApiResponse(response, deadline, MAX_STATUS_BYTES)),
			...retryAfter,
		};
	} catch (error) {
		return { ...toPollError(error), ...retryAfter };
	} finally {
		deadline.close();
	}
}

/** @throws {GenerationError} of a kind whose polling is fatal */
function toPollError(error: unknown): PollResult {
	if (!(error instanceof GenerationError)) throw error;
	const { failure } = error;
	const { polling } = FAILURES[failure.kind];
	if (polling === 'fatal') throw error;
	return {
		error: polling === 'handled as timedOut' ? { ...failure, kind: 'timedOut' } : failure,
	};
}
