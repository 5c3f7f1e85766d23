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
		expect(nextPause(age, { shortest, longest, count: 5 })).toBeCloseTo(pause, 5);
	},
);

it.each([
	{ count: 1, seconds: 100, pause: 111 },
	{ count: 2, seconds: 100, pause: 106 },
	{ count: 4, seconds: 100, pause: 103.5 },
	{ count: 5, seconds: 100, pause: 103 },
	{ count: 50, seconds: 100, pause: 103 },
	// Nor is a task of many minutes waited for much longer.
	{ count: 1, seconds: 300, pause: 313 },
	{ count: 1, seconds: 340, pause: 353 },
])('$seconds s are known of $count tasks: $pause s', ({ count, seconds, pause }) => {
	expect(nextPause(0, { shortest: seconds, longest: seconds, count })).toBeCloseTo(pause, 5);
});

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

const TASKS = 20;

const around = (seconds: number, spread: number) =>
	Array.from(
		{ length: TASKS },
		(_none, index) => seconds * (1 - spread + (2 * spread * index) / (TASKS - 1)),
	);

/** Goes through what is sorted by length in steps, from the shortest, the middle one or the longest on. */
const shuffled = (lengths: readonly number[], step: number, first: number) =>
	lengths.map((_length, index) => lengths[(first + index * step) % lengths.length] ?? 0);

/** Mean lateness of tasks of one model, of which the first is known. */
const latenessAfterFirst = (
	lengths: readonly number[],
	pauseOf: (age: number, earlier: readonly number[]) => number,
) => {
	const [first = 0, ...others] = lengths;
	return meanLateness(others, (age, earlier) => pauseOf(age, [first, ...earlier]));
};

const pauseNow = (age: number, earlier: readonly number[]) =>
	nextPause(age, {
		shortest: Math.min(...earlier),
		longest: Math.max(...earlier),
		count: earlier.length,
	});

const ORDERS = [7, 3, 9].flatMap((step) =>
	[0, TASKS / 2, TASKS - 1].map((first) => ({ step, first })),
);

it.each([
	[3, 45, 0.05],
	[3, 60, 0.05],
	[3, 90, 0.05],
	[3, 120, 0.05],
	[3, 180, 0.03],
	[3, 300, 0.01],
	[3, 600, 0.01],
	[TASKS, 45, 0.05],
	[TASKS, 60, 0.05],
	[TASKS, 90, 0.05],
	[TASKS, 120, 0.05],
	[TASKS, 180, 0.03],
	[TASKS, 300, 0.02],
])(
	'%d tasks of %d s ± %d, after the first one: at most half as late as before',
	(count, seconds, spread) => {
		let before = 0;
		let now = 0;
		for (const { step, first } of ORDERS) {
			const lengths = shuffled(around(seconds, spread), step, first).slice(0, count);
			before += latenessAfterFirst(lengths, pauseBefore);
			now += latenessAfterFirst(lengths, pauseNow);
		}
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
