/** When a paused execution continues, beside the schedule before: 30 seconds at first, by a tenth of the age later. */
import { nextPause } from '../../../nodes/shared/durableWait/timing.js';

it.each([
	{ age: 0, pause: 61 },
	{ age: 61, pause: 61 },
	{ age: 610, pause: 61 },
	{ age: 1000, pause: 100 },
	{ age: 3000, pause: 300 },
	{ age: 86_400, pause: 300 },
])('nothing known, after $age s: $pause s', ({ age, pause }) => {
	expect(nextPause(age)).toBe(pause);
});

it.each([
	// To just after the longest.
	{ age: 0, shortest: 90, longest: 100, pause: 103 },
	{ age: 0, shortest: 300, longest: 300, pause: 307 },
	// Others of the same model may be much shorter.
	{ age: 0, shortest: 600, longest: 600, pause: 300 },
	{ age: 400, shortest: 600, longest: 600, pause: 213 },
	{ age: 20, shortest: 90, longest: 100, pause: 83 },
	// Shorter than n8n can keep, but a longer one would be later for certain.
	{ age: 0, shortest: 40, longest: 40, pause: 41.8 },
	// Checks before the last one, each as far from the next as n8n can keep.
	{ age: 0, shortest: 100, longest: 240, pause: 123.8 },
	{ age: 123.8, shortest: 100, longest: 240, pause: 61 },
	{ age: 184.8, shortest: 100, longest: 240, pause: 61 },
	// Longer than any that is known.
	{ age: 245.8, shortest: 100, longest: 240, pause: 61 },
	{ age: 104, shortest: 90, longest: 100, pause: 61 },
])(
	'$shortest to $longest s are known, after $age s: $pause s',
	({ age, shortest, longest, pause }) => {
		expect(nextPause(age, { shortest, longest })).toBeCloseTo(pause, 5);
	},
);

/** n8n schedules what is due in the next 70 seconds once a minute; what was due before is resumed at that moment. */
function resumedAt(nowSeconds: number, pauseSeconds: number, minuteOffset: number): number {
	const nextMinute = minuteOffset + 60 * (Math.floor((nowSeconds - minuteOffset) / 60) + 1);
	return Math.max(nowSeconds + pauseSeconds, nextMinute);
}

/** How long after its end a task is noticed, in seconds. */
function lateness(seconds: number, minuteOffset: number, pause: (age: number) => number): number {
	let age = 0;
	while (age < seconds) age = resumedAt(age, pause(age), minuteOffset);
	return age - seconds;
}

const pauseBefore = (age: number) => Math.min(300, Math.max(30, age * 0.1));

/** Mean lateness of tasks of one model, one after another, whatever the second of n8n's minute. */
function meanLateness(
	lengths: readonly number[],
	pauseOf: (age: number, earlier: readonly number[]) => number,
): number {
	let total = 0;
	for (let offset = 0; offset < 60; offset++) {
		lengths.forEach((length, index) => {
			total += lateness(length, offset, (age) => pauseOf(age, lengths.slice(0, index)));
		});
	}
	return total / lengths.length / 60;
}

const around = (seconds: number, spread: number) =>
	Array.from({ length: 20 }, (_none, index) => seconds * (1 - spread + (2 * spread * index) / 19));

const shuffled = (lengths: readonly number[]) =>
	lengths.map((_length, index) => lengths[(index * 7) % lengths.length] ?? 0);

it.each([
	[45, 0.05],
	[60, 0.05],
	[90, 0.05],
	[120, 0.05],
	[180, 0.03],
	[300, 0.02],
])(
	'tasks of %d s ± %d whose length is known: at most half as late as before',
	(seconds, spread) => {
		const lengths = shuffled(around(seconds, spread));
		const before = meanLateness(lengths, pauseBefore);
		const now = meanLateness(lengths, (age, earlier) =>
			nextPause(
				age,
				earlier.length === 0
					? { shortest: seconds * (1 - spread), longest: seconds * (1 + spread) }
					: { shortest: Math.min(...earlier), longest: Math.max(...earlier) },
			),
		);
		expect(now).toBeLessThanOrEqual(before / 2);
	},
);

// Those of less than half a minute are noticed later, at 61 seconds in place of 38 on average.
it('tasks of 40 to 340 s of which nothing is known: no later than before, but for chance', () => {
	const lengths = Array.from({ length: 301 }, (_none, index) => 40 + index);
	expect(meanLateness(lengths, (age) => nextPause(age))).toBeLessThanOrEqual(
		meanLateness(lengths, pauseBefore) * 1.05,
	);
});
