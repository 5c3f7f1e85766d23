import { ENDLESS, expectWaiting, HOUR, ids, later, setUpPausing } from '../support/pausing.mjs';

const { sandbox, paid, orders, pausing } = setUpPausing();

describe('the time of day is set forward', () => {
	it('while a task is waited for: the wait goes on to its end', async () => {
		let looks = 0;
		sandbox().behaviour.taskSeconds = () => {
			if (++looks === 2) later(HOUR);
			return looks > 2 ? 0 : ENDLESS;
		};
		const run = await pausing({ options: { whileWaiting: 'keepRunning', pollInterval: 0.2 } }, { backInto: [] });
		expect(run.error).toBeUndefined();
		expect([run.status, paid()]).toEqual(['success', 1]);
	});

	it('in the run of a pause: its task is waited for, and that is not counted as time', async () => {
		sandbox().behaviour.taskSeconds = () => {
			later(HOUR);
			return ENDLESS;
		};
		const first = await pausing();
		expectWaiting(first, 1);
		const second = await first.resume();
		expectWaiting(second, 1);
		expect(ids(second, 0)).toEqual(ids(first, 0));
		expect([orders(), paid()]).toEqual([1, 1]);
	});
});
