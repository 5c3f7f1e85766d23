import { gptunnel } from '../../nodes/shared/gateways/gptunnel/index.js';
import type { BalancePage } from '../../nodes/shared/gateways/types.js';

function pageOf({ balance }: { balance?: BalancePage }): BalancePage {
	if (!balance) throw new Error('tells no balance');
	return balance;
}

describe('The balance at GPTunnel, by docs.gptunnel.ru/balance', () => {
	const page = pageOf(gptunnel);

	it('asks as the page says', () => {
		expect(page.ask()).toEqual({ method: 'GET', path: '/v1/balance' });
	});

	it('reads the page’s answer: roubles, below zero within the credit', () => {
		const answer = { orgId: 'ddc0652cde46d307200011c4', object: 'balance', balance: -51.54397, creditLimit: 15000 };
		expect(gptunnel.failureOf({ httpStatus: 200, body: answer })).toBeUndefined();
		expect(page.read(answer)).toEqual({ balance: -51.54397, creditLimit: 15000, currency: 'RUB' });
	});

	it('knows the page’s refusal of a key', () => {
		const body = { error: { message: 'Unauthorized', type: 'unauthorized_request_error', param: null, code: null } };
		expect(gptunnel.failureOf({ httpStatus: 401, body })).toMatchObject({ kind: 'keyNotAccepted', says: 'Unauthorized' });
	});

	it.each([
		[{ balance: '12.50' }, { balance: 12.5, currency: 'RUB' }],
		[{ balance: 0, creditLimit: null }, { balance: 0, currency: 'RUB' }],
	])('reads %j', (body, told) => {
		expect(page.read(body)).toEqual(told);
	});

	it.each([{}, { balance: null }, { balance: 'much' }, { balance: '' }, [], 'balance', null])('does not make a balance of %j', (body) => {
		expect(() => page.read(body)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ says: expect.stringMatching(/\w/) }) }));
	});
});
