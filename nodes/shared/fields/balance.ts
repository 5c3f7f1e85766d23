import type { INodePropertyOptions } from 'n8n-workflow';
import type { Server } from '../gateways/registry';

/** The value of the operation that tells what is left on the account, and its name in the form. */
export const GET_BALANCE = 'getBalance';
export const GET_BALANCE_NAME = 'Get Balance';

/**
 * The operation, for the gateways that tell the balance of an account.
 * @returns an empty list where none of the node's gateways does
 */
export function balanceOperation(servers: ReadonlyArray<Server<unknown>>): INodePropertyOptions[] {
	const telling = servers.flatMap(({ gateway }) => (gateway.balance ? [gateway.name] : []));
	if (telling.length === 0) return [];
	return [
		{
			name: GET_BALANCE_NAME,
			value: GET_BALANCE,
			description: 'Look at what is left on the account at the gateway. Costs nothing.',
			action: 'Get account balance',
			displayOptions: { show: { gateway: telling } },
		},
	];
}
