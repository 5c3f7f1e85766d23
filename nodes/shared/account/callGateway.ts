import type { GatewayRequest } from '../gateways/types';
import { GenerationError, type Failure } from '../errors/failure';
import { FAILURES, type FailureKind } from '../errors/policy';
import { toFailure, shownFailure } from '../errors/retryPolicy';
import { withTimeout } from '../time/deadline';
import { readApiResponse, sendToGateway, type GatewaySession } from '../transport/client';
import { sleep } from '../time/sleep';

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
	const { gateway, access } = session;
	const deadline = withTimeout(session.deadline, ANSWER_SECONDS);
	const thrown = (failure: Failure) =>
		new GenerationError(
			shownFailure(
				FAILURES[failure.kind].accountOperation === 'as is'
					? failure
					: { ...failure, kind: otherwise },
				access.redact,
			),
		);
	try {
		for (let tries = 0; ; tries++) {
			const answer = await readApiResponse(
				await sendToGateway({ ...session, deadline }, request),
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
