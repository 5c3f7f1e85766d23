import { startDeadline, withTimeout } from '../../../nodes/shared/time/deadline.js';

const HOUR_MS = 3_600_000;
const realNow = Date.now.bind(Date);

/** The time of day is set so much further than it was. */
const setClock = (milliseconds: number) =>
	void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + milliseconds);

afterEach(() => jest.restoreAllMocks());

describe('the time of day is set while something is waited for', () => {
	it.each([
		['forward', HOUR_MS],
		['back', -HOUR_MS],
	])('%s: the time allowed is the same', (_direction, milliseconds) => {
		const deadline = startDeadline(600);
		setClock(milliseconds);
		expect(deadline.reason()).toBeUndefined();
		expect(() => deadline.throwIfExpired()).not.toThrow();
		expect(deadline.remainingMs()).toBeLessThanOrEqual(600_000);
		expect(deadline.remainingMs()).toBeGreaterThan(500_000);
		deadline.close();
	});

	it('the shorter time of one request is the same, too', () => {
		const deadline = startDeadline(600);
		const short = withTimeout(deadline, 30);
		setClock(HOUR_MS);
		expect(short.reason()).toBeUndefined();
		expect(short.remainingMs()).toBeGreaterThan(20_000);
		short.close();
		deadline.close();
	});
});

it('a time that is over is told in seconds, whatever the time of day', () => {
	const deadline = startDeadline(0);
	setClock(-HOUR_MS);
	expect(deadline.reason()).toEqual({ kind: 'timedOut', message: 'no result within 0 seconds' });
	expect(deadline.remainingMs()).toBe(1);
	deadline.close();
});
