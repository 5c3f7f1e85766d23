import { z } from 'zod';
import { amount } from '../responseSchemas';
import { unexpectedResponse } from '../unexpectedResponse';
import type { BalanceApi, Gateway } from '../types';
import { parseError } from './errors';
import { gptImage } from './gptImage';
import { seedance } from './seedance';
import { seedream } from './seedream';

/** The response on the vendor's page; `creditLimit` is how far below zero the balance of a company may go. */
const balanceSchema = z.object({
	balance: amount,
	creditLimit: amount.optional().catch(undefined),
});

/** The balance of the account at GPTunnel: `GET /v1/balance` (docs.gptunnel.ru/balance). */
const balance: BalanceApi = {
	buildRequest: () => ({ method: 'GET', path: '/v1/balance' }),

	parseResponse(body) {
		const answer = balanceSchema.safeParse(body);
		if (!answer.success) throw unexpectedResponse(body);
		const { creditLimit } = answer.data;
		return {
			balance: answer.data.balance,
			...(creditLimit === undefined ? {} : { creditLimit }),
			currency: 'RUB',
		};
	},
};

export const gptunnel: Gateway = {
	name: 'gptunnel',
	displayName: 'GPTunnel',
	credential: 'gptunnelApi',
	apiPaths: {
		endpoints: /\/v1(\/(balance|media|media\/(create|generate|result)|chat\/completions|models))?$/,
	},
	parseError,
	balance,
	seedream,
	seedance,
	gptImage,
};
