import { invalidInput } from '../errors/failure';
import { callGateway } from './callGateway';
import type { AccountOperation } from './runOperation';

/** Get Balance: the remaining balance of the account. */
export const getBalance: AccountOperation<unknown> = async (session, { gateway }) => {
	const { balance: api } = gateway;
	if (!api)
		throw invalidInput(
			'Operation',
			`${gateway.displayName} does not tell the balance of an account`,
		);
	const balance = await callGateway(session, {
		request: api.buildRequest(),
		parse: (body) => api.parseResponse(body),
		failureKind: 'balanceNotSeen',
	});
	return { items: [{ json: { gateway: gateway.name, ...balance } }] };
};
