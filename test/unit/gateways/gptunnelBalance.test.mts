import { gptunnel } from '../../../nodes/shared/gateways/gptunnel/index.js';
import type { BalanceApi } from '../../../nodes/shared/gateways/types.js';

function pageOf({ balance }: { balance?: BalanceApi }): BalanceApi {
	if (!balance) throw new Error('tells no balance');
	return balance;
}

describe('The balance at GPTunnel, by docs.gptunnel.ru/balance', () => {
	const page = pageOf(gptunnel);

	it('asks as the page says', () => {
		expect(page.buildRequest()).toEqual({ method: 'GET', path: '/v1/balance' });
	});

	it('reads the page’s answer: roubles, below zero within the credit', () => {
		const answer = {
			orgId: 'ddc0652cde46d307200011c4',
			object: 'balance',
			balance: -51.54397,
			creditLimit: 15000,
		};
		expect(gptunnel.parseError({ httpStatus: 200, body: answer })).toBeUndefined();
		expect(page.parseResponse(answer)).toEqual({
			balance: -51.54397,
			creditLimit: 15000,
			currency: 'RUB',
		});
	});

	it('knows the page’s refusal of a key', () => {
		const body = {
			error: {
				message: 'Unauthorized',
				type: 'unauthorized_request_error',
				param: null,
				code: null,
			},
		};
		expect(gptunnel.parseError({ httpStatus: 401, body })).toMatchObject({
			kind: 'keyNotAccepted',
			message: 'Unauthorized',
		});
	});

	it.each([
		[{ balance: '12.50' }, { balance: 12.5, currency: 'RUB' }],
		[
			{ balance: 0, creditLimit: null },
			{ balance: 0, currency: 'RUB' },
		],
	])('reads %j', (body, told) => {
		expect(page.parseResponse(body)).toEqual(told);
	});

	it.each([{}, { balance: null }, { balance: 'much' }, { balance: '' }, [], 'balance', null])(
		'does not make a balance of %j',
		(body) => {
			expect(() => page.parseResponse(body)).toThrow(
				expect.objectContaining({
					failure: expect.objectContaining({ message: expect.stringMatching(/\w/) }),
				}),
			);
		},
	);
});
