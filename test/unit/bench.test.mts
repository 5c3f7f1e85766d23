/** What the benchmark makes of what it saw. */
import { criteriaOf } from '../../bench/criteria.mjs';
import { statisticsOf, isNoise, makespan, summarize } from '../../bench/statistics.mjs';
import { promptsOf, taskSeconds } from '../../bench/observe.mjs';
import { Results } from '../../bench/results.mjs';

test.each([
	[[], 3, 0],
	[[17, 17, 17], 10, 17],
	[[17, 17, 17], Infinity, 17],
	[[2, 2, 2, 2, 2, 2], 5, 4],
	// The third begins when the shorter of the first two has ended.
	[[5, 1, 3], 2, 5],
	[[5, 1, 6], 2, 7],
	[[1, 2, 3], 1, 6],
] as const)('tasks of %j s, %d at once, take %d s', (seconds, atOnce, expected) => {
	expect(makespan(seconds, atOnce)).toBe(expected);
});

test('the statistics of an execution', () => {
	const seen = {
		firstRequestAt: 1000,
		lastByteAt: 23_000,
		doneAt: [11_000, 21_000],
		deliveredAt: [13_000, 23_000],
		polls: 7,
		itemOfTask: new Map<string, number>(),
	};
	const statistics = statisticsOf(seen, { seconds: [10, 20], atOnce: 2, transfer: 0.5 });
	expect(statistics.ratio).toBeCloseTo(22 / 20.5);
	expect(statistics.lateness).toBeCloseTo(1.5);
	expect(statistics.latenessPart).toBeCloseTo(0.1);
	expect(statistics.polls).toBe(7);
});

test('a summary has the median and the range', () => {
	expect(summarize([])).toBeUndefined();
	expect(summarize([3])).toEqual({ median: 3, least: 3, most: 3 });
	expect(summarize([10, 1, 3])).toEqual({ median: 3, least: 1, most: 10 });
	expect(summarize([4, 1, 2, 9])).toEqual({ median: 3, least: 1, most: 9 });
});

test.each([
	[[1, 2], [3, 4], false],
	[[3, 4], [1, 2], false],
	[[1, 3], [2, 4], true],
	[[2, 4], [1, 3], true],
	[[1, 4], [2, 3], true],
	[[1, 2], [2, 3], true],
] as const)('%j and %j overlap: %s', ([least, most], [otherLeast, otherMost], expected) => {
	const summary = (from: number, to: number) => ({ median: from, least: from, most: to });
	expect(isNoise(summary(least, most), summary(otherLeast, otherMost))).toBe(expected);
});

test('a prompt tells the sandbox how long its task takes', () => {
	const prompts = promptsOf({ number: 12, seconds: [17, 8.4] });
	expect(
		prompts.map((prompt, number) => taskSeconds({ model: 'any', prompt, number, id: 'any' })),
	).toEqual([17, 8.4]);
	expect(new Set(prompts).size).toBe(2);
});

test.each([
	['as much as its output', [1000, 1100, 1050, 990, 1020], true],
	['one reading in which n8n did something else', [1000, 1100, 5000, 990, 1020], true],
	['more than its output and what is allowed', [2400, 2300, 2500, 2400, 2350], false],
	['readings that say nothing', [1000, 5000, 5100, 990, 1020], false],
	['less than nothing', [-900, -1000, -950, -980, -990], false],
])('what an item holds: %s', (_name, ours, holds) => {
	const results = new Results([]);
	results.held = { ours, output: [1300, 1200, 1250, 1300, 1280] };
	expect(criteriaOf(results)).toMatchObject([
		{ what: expect.stringContaining('1000 items'), holds },
	]);
});
