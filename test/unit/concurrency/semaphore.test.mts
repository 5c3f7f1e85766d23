import { Semaphore } from '../../../nodes/shared/concurrency/semaphore.js';

const never = new AbortController().signal;

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

it('does no more at once than it may, in order, and goes on after a failure', async () => {
	const slots = new Semaphore(2);
	const begun: number[] = [];
	const ends: Array<(error?: Error) => void> = [];
	const all = [0, 1, 2, 3].map(
		async (index) =>
			await slots.run(async () => {
				begun.push(index);
				await new Promise<void>(
					(resolve, reject) => (ends[index] = (error) => (error ? reject(error) : resolve())),
				);
				return index;
			}, never),
	);
	const [, second] = all;
	await settled();
	expect(begun).toEqual([0, 1]);
	ends[1]?.(new Error('broken'));
	await expect(second).rejects.toThrow('broken');
	expect(begun).toEqual([0, 1, 2]);
	ends[0]?.();
	await settled();
	expect(begun).toEqual([0, 1, 2, 3]);
	ends[2]?.();
	ends[3]?.();
	expect(await Promise.all([all[0], all[2], all[3]])).toEqual([0, 2, 3]);
	await expect(slots.run(async () => 'free', never)).resolves.toBe('free');
});

it('whoever may wait no longer goes at once, and takes nobody’s room', async () => {
	const slots = new Semaphore(1);
	const stop = new AbortController();
	const begun: string[] = [];
	let end = () => {};
	const first = slots.run(async () => await new Promise<void>((resolve) => (end = resolve)), never);
	const late = slots.run(async () => void begun.push('late'), stop.signal);
	const last = slots.run(async () => void begun.push('last'), never);
	await settled();
	expect(begun).toEqual([]);
	stop.abort();
	await late;
	expect(begun).toEqual(['late']);
	await slots.run(async () => void begun.push('too late'), stop.signal);
	await settled();
	expect(begun).toEqual(['late', 'too late']);
	end();
	await Promise.all([first, last]);
	expect(begun).toEqual(['late', 'too late', 'last']);
});
