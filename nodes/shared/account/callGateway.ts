import type { GatewayRequest } from '../gateways/types';
import { GenerationError, type Failure, type FailureKind } from '../errors/failure';
import { toFailure, shownFailure } from '../errors/retryPolicy';
import { withTimeout } from '../time/deadline';
import { readApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import type { GatewaySession } from '../transport/session';
import { sleep } from '../time/sleep';

/** What these say holds for a question as well. All else speaks of charges, and of options that it does not have. */
const SAID_AS_IT_IS: ReadonlySet<FailureKind> = new Set([
	'keyNotAccepted',
	'accessDenied',
	'notReachable',
	'cancelled',
	'taskNotFound',
]);

/** An answer is small: what takes longer does not come. Seconds. */
const ANSWER_SECONDS = 30;

/** Pauses before the same is asked again that came too often. ModelArk answers one list a second (its docs, 2026-10-08). */
const RATE_PAUSES_MS = [1100, 2200, 4400];

/**
 * Asks a gateway something that costs nothing. What is asked too often for the gateway is asked again after a pause.
 * @param otherwise the kind of all that goes wrong and would else be told as if something had been ordered
 * @param maxBytes of a good answer
 * @throws MediaError for what stands in the way
 */
export async function ask<Told>(
	session: GatewaySession,
	request: GatewayRequest,
	read: (body: unknown) => Told,
	otherwise: FailureKind,
	maxBytes?: number,
): Promise<Told> {
	const { gateway, credentials } = session;
	const deadline = withTimeout(session.deadline, ANSWER_SECONDS);
	const thrown = (failure: Failure) =>
		new GenerationError(
			shownFailure(
				SAID_AS_IT_IS.has(failure.kind) ? failure : { ...failure, kind: otherwise },
				credentials.redact,
			),
		);
	try {
		for (let tries = 0; ; tries++) {
			const answer = await readApiResponse(
				await sendRequest({ ...session, deadline }, request),
				deadline,
				maxBytes,
			);
			const failure = gateway.parseError(answer);
			if (!failure) return read(answer.body);
			const wait = Math.max(RATE_PAUSES_MS[tries] ?? Infinity, (answer.retryAfter ?? 0) * 1000);
			if (failure.kind !== 'rateLimited' || wait >= deadline.remainingMs())
				throw new GenerationError(failure);
			await sleep(wait, deadline.signal);
		}
	} catch (error) {
		throw thrown(toFailure(error));
	} finally {
		deadline.close();
	}
}
