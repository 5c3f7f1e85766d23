import type { GatewayRequest } from '../gateways/gateway';
import { failureOf, MediaError, shownFailure, type Failure, type FailureKind } from '../media/failure';
import { readAnswer, sendToGateway, type Visit } from './http';

/** What these say holds for a question as well. All else speaks of charges, and of options that it does not have. */
const SAID_AS_IT_IS: ReadonlySet<FailureKind> = new Set(['keyNotAccepted', 'notReachable', 'cancelled', 'taskNotFound']);

/**
 * Asks a gateway something that costs nothing, once.
 * @param otherwise the kind of all that goes wrong and would else be told as if something had been ordered
 * @throws MediaError for what stands in the way
 */
export async function ask<Told>(visit: Visit, request: GatewayRequest, read: (body: unknown) => Told, otherwise: FailureKind): Promise<Told> {
	const { gateway, access, deadline } = visit;
	const thrown = (failure: Failure) =>
		new MediaError(shownFailure(SAID_AS_IT_IS.has(failure.kind) ? failure : { ...failure, kind: otherwise }, access.withoutKey));
	try {
		const answer = await readAnswer(await sendToGateway(visit, request), deadline);
		const failure = gateway.failureOf(answer);
		if (failure) throw new MediaError(failure);
		return read(answer.body);
	} catch (error) {
		throw thrown(failureOf(error));
	}
}
