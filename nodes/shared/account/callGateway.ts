import { GenerationError, type Failure } from '../errors/failure';
import { FAILURES, type FailureKind } from '../errors/policy';
import { shownFailure, toFailure } from '../errors/retryPolicy';
import type { GatewayRequest } from '../gateways/types';
import { withTimeout } from '../time/deadline';
import { sleep } from '../time/sleep';
import { readApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import type { GatewaySession } from '../transport/session';

/** A response is small: one that takes longer does not arrive at all. */
const RESPONSE_TIMEOUT_SECONDS = 30;

/**
 * Delays before a rate-limited request is sent again. ModelArk returns one list per second (its docs, 2026-10-08).
 */
const RATE_LIMIT_DELAYS_MS = [1100, 2200, 4400];

/** A free request to a gateway, and how its response is read. */
export interface FreeCall<Result> {
	request: GatewayRequest;
	parse(body: unknown): Result;
	/** The kind of every failure whose own message would speak of charges. */
	failureKind: FailureKind;
	/** The limit for a successful response. */
	maxBytes?: number;
}

/**
 * Sends a free request to a gateway, and sends it again after a delay if the gateway limits the rate.
 * @throws GenerationError if the gateway does not return what was requested
 */
export async function callGateway<Result>(
	session: GatewaySession,
	{ request, parse, failureKind, maxBytes }: FreeCall<Result>,
): Promise<Result> {
	const { gateway, credentials } = session;
	const deadline = withTimeout(session.deadline, RESPONSE_TIMEOUT_SECONDS);
	const toError = (failure: Failure) =>
		new GenerationError(
			shownFailure(
				FAILURES[failure.kind].accountOperation === 'as is'
					? failure
					: { ...failure, kind: failureKind },
				credentials.redact,
			),
		);
	try {
		for (let attempts = 0; ; attempts++) {
			const response = await readApiResponse(
				await sendRequest({ ...session, deadline }, request),
				deadline,
				{ maxBytes },
			);
			const failure = gateway.parseError(response);
			if (!failure) return parse(response.body);
			const delayMs = Math.max(
				RATE_LIMIT_DELAYS_MS[attempts] ?? Infinity,
				(response.retryAfter ?? 0) * 1000,
			);
			if (failure.kind !== 'rateLimited' || delayMs >= deadline.remainingMs())
				throw new GenerationError(failure);
			await sleep(delayMs, deadline.signal);
		}
	} catch (error) {
		throw toError(toFailure(error));
	} finally {
		deadline.close();
	}
}
