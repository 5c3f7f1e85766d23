import type { Balance, BalancePage } from '../gateways/gateway';
import { failureOf, shownFailure, type Failure, type FailureKind } from '../media/failure';
import { readAnswer, sendToGateway, type Visit } from './http';

/** What these say holds for a question as well. All else speaks of charges, and of options that it does not have. */
const SAID_AS_IT_IS: ReadonlySet<FailureKind> = new Set(['keyNotAccepted', 'notReachable', 'cancelled']);

/** Asks a gateway what is left on the account, once. Never throws: what stands in the way comes back. */
export async function askBalance(visit: Visit, page: BalancePage): Promise<{ balance: Balance } | { failure: Failure }> {
	const { gateway, access, deadline } = visit;
	const shown = (failure: Failure) => ({ failure: shownFailure(ofQuestion(failure), access.withoutKey) });
	try {
		const answer = await readAnswer(await sendToGateway(visit, page.ask()), deadline);
		const failure = gateway.failureOf(answer);
		return failure ? shown(failure) : { balance: page.read(answer.body) };
	} catch (error) {
		return shown(failureOf(error));
	}
}

function ofQuestion(failure: Failure): Failure {
	return SAID_AS_IT_IS.has(failure.kind) ? failure : { ...failure, kind: 'balanceNotSeen' };
}
