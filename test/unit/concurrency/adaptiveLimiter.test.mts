import { AdaptiveConcurrencyLimiter } from '../../../nodes/shared/concurrency/adaptiveLimiter.js';

const never = new AbortController().signal;

/** Work that ends when the test says so. */
function work(count: number) {
	const ends: Array<() => void> = [];
	const ended = Array.from(
		{ length: count },
		(_none, index) => new Promise<void>((resolve) => (ends[index] = resolve)),
	);
	const begun: number[] = [];
	return { begun, ended, end: (index: number) => ends[index]?.() };
}

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

it('begins in order, never more than the limit, and gives the results in order', async () => {
	const { begun, ended, end } = work(4);
	const results = new AdaptiveConcurrencyLimiter(2).map([0, 1, 2, 3], async (index) => {
		begun.push(index);
		await ended[index];
		return index * 10;
	});
	await settled();
	expect(begun).toEqual([0, 1]);
	end(1);
	await settled();
	expect(begun).toEqual([0, 1, 2]);
	[0, 2, 3].forEach(end);
	expect(await results).toEqual([0, 10, 20, 30]);
});

it('what is refused waits until another has ended, before those that have not begun', async () => {
	const { begun, ended, end } = work(4);
	const lanes = new AdaptiveConcurrencyLimiter(3);
	let refusals = 1;
	const results = lanes.map([0, 1, 2, 3], async (index, lane) => {
		begun.push(index);
		if (index === 1 && refusals-- > 0) {
			expect(await lanes.waitForFreeSlot(lane, never)).toBe(true);
			begun.push(index);
		}
		await ended[index];
	});
	await settled();
	// Two are at work, which is the limit now.
	expect(begun).toEqual([0, 1, 2]);
	end(0);
	await settled();
	expect(begun).toEqual([0, 1, 2, 1]);
	end(1);
	await settled();
	expect(begun).toEqual([0, 1, 2, 1, 3]);
	[2, 3].forEach(end);
	await results;
});

it('what is refused alone has nothing to wait for, and the others hear of it until one is taken', async () => {
	const lanes = new AdaptiveConcurrencyLimiter(5);
	await lanes.map([0], async (_index, lane) => {
		expect(await lanes.waitForFreeSlot(lane, never)).toBe(false);
	});
	expect(lanes.isThrottled).toBe(true);
	lanes.onSuccess();
	expect(lanes.isThrottled).toBe(false);
});

it('tries one more at once after ten have been taken, up to the limit of the user', async () => {
	const lanes = new AdaptiveConcurrencyLimiter(2);
	const { begun, ended, end } = work(3);
	const results = lanes.map([0, 1, 2], async (index, lane) => {
		if (index === 1) await lanes.waitForFreeSlot(lane, never);
		begun.push(index);
		await ended[index];
	});
	await settled();
	expect(begun).toEqual([0]);
	for (let taken = 0; taken < 10; taken++) lanes.onSuccess();
	await settled();
	expect(begun).toEqual([0, 1]);
	for (let taken = 0; taken < 20; taken++) lanes.onSuccess();
	await settled();
	expect(begun).toEqual([0, 1]);
	[0, 1, 2].forEach(end);
	await results;
	expect(begun).toEqual([0, 1, 2]);
});

it('does not wait once the wait is ended', async () => {
	const stop = new AbortController();
	const lanes = new AdaptiveConcurrencyLimiter(2);
	const { ended, end } = work(1);
	const results = lanes.map([0, 1], async (index, lane) => {
		if (index === 0) await ended[0];
		else expect(await lanes.waitForFreeSlot(lane, stop.signal)).toBe(true);
	});
	await settled();
	stop.abort();
	end(0);
	await results;
});

it('has no more orders on the way than it may, however many are at work', async () => {
	const lanes = new AdaptiveConcurrencyLimiter(4, 2);
	const orders = work(5);
	const { begun, ended, end } = work(5);
	const results = lanes.map([0, 1, 2, 3, 4], async (index, lane) => {
		begun.push(index);
		await orders.ended[index];
		lanes.onSubmitted(lane);
		lanes.onSubmitted(lane);
		await ended[index];
	});
	await settled();
	expect(begun).toEqual([0, 1]);
	orders.end(1);
	await settled();
	expect(begun).toEqual([0, 1, 2]);
	orders.end(0);
	orders.end(2);
	await settled();
	// Four are at work: the fifth waits for one to end, though its order could go.
	expect(begun).toEqual([0, 1, 2, 3]);
	// One that ends without an answer to its order makes room for both.
	orders.end(3);
	end(3);
	await settled();
	expect(begun).toEqual([0, 1, 2, 3, 4]);
	orders.end(4);
	[0, 1, 2, 4].forEach(end);
	await results;
});

it('what is refused alone may wait where the gateway has taken others, and was not one too many', async () => {
	const lanes = new AdaptiveConcurrencyLimiter(5);
	const { begun, ended, end } = work(6);
	expect(lanes.nextRateLimitDelayMs()).toBeUndefined();
	const results = lanes.map([0, 1, 2, 3, 4, 5], async (index, lane) => {
		begun.push(index);
		if (index < 3) {
			lanes.onSubmitted(lane);
			await ended[index];
			lanes.onSuccess();
			return;
		}
		while (await lanes.waitForFreeSlot(lane, never)) begun.push(index);
		begun.push(index);
		await ended[index];
		lanes.onSuccess();
	});
	await settled();
	expect(begun).toEqual([0, 1, 2, 3, 4]);
	[0, 1, 2].forEach(end);
	await settled();
	// Each of the others was refused once more, and the last of them is alone.
	const pauses = Array.from({ length: 5 }, () => lanes.nextRateLimitDelayMs());
	expect(pauses.at(0)).toBeGreaterThan(0);
	expect(pauses.at(-1)).toBeUndefined();
	expect(pauses.reduce<number>((sum, milliseconds = 0) => sum + milliseconds, 0)).toBeGreaterThan(
		60_000,
	);
	expect(lanes.isThrottled).toBe(true);
	[3, 4, 5].forEach(end);
	await results;
	expect(lanes.isThrottled).toBe(false);
	expect(lanes.nextRateLimitDelayMs()).toBeGreaterThan(0);
});
