import { z } from 'zod';
import { amount, notUnderstood } from '../answers';
import type { BalancePage } from '../gateway';

/** The answer on the vendor's page; `creditLimit` is how far below zero the company's account may go. */
const answerSchema = z.object({ balance: amount, creditLimit: amount.optional().catch(undefined) });

/** What is left on the company's account at GPTunnel: `GET /v1/balance` (docs.gptunnel.ru/balance). */
export const balance: BalancePage = {
	ask: () => ({ method: 'GET', path: '/v1/balance' }),

	read(body) {
		const answer = answerSchema.safeParse(body);
		if (!answer.success) throw notUnderstood(body);
		const { creditLimit } = answer.data;
		return {
			balance: answer.data.balance,
			...(creditLimit === undefined ? {} : { creditLimit }),
			currency: 'RUB',
		};
	},
};
