import { Slots } from '../../nodes/shared/io/slots.js';

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

it('does no more at once than it may, in order, and goes on after a failure', async () => {
	const slots = new Slots(2);
	const begun: number[] = [];
	const ends: Array<(error?: Error) => void> = [];
	const all = [0, 1, 2, 3].map(
		async (index) =>
			await slots.use(async () => {
				begun.push(index);
				await new Promise<void>((resolve, reject) => (ends[index] = (error) => (error ? reject(error) : resolve())));
				return index;
			}),
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
	await expect(slots.use(async () => 'free')).resolves.toBe('free');
});
