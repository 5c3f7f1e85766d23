import { z } from 'zod';
import { FAMILIES } from '../modelList';
import { amount } from '../responseSchemas';
import { unexpectedResponse } from '../unexpectedResponse';
import type { BalanceApi, Gateway } from '../types';
import { parseError } from './errors';
import { gptunnelOffer as offer } from './offer';
import { seedream } from './seedream';
import { taskService } from './tasks';

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
	...offer,
	parseError,
	balance,
	seedream,
	seedance: taskService(offer.seedance, FAMILIES.seedance),
	gptImage: taskService(offer.gptImage, FAMILIES.gptImage),
};
