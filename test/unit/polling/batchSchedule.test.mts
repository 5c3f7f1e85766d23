/** The schedule of tasks whose status is read together, on a clock of its own; the network takes 200 ms there and back. */
import { BatchSchedule } from '../../../nodes/shared/polling/batchSchedule.js';
import type { PlannedTask } from '../../../nodes/shared/polling/schedule.js';

const ROUND_TRIP_MS = 200;
const MIN_INTERVAL_MS = 1100;

interface Task extends PlannedTask {
	endsAtMs: number;
}

const task = (createdAtMs: number | undefined, seconds: number): Task => ({
	...(createdAtMs === undefined ? {} : { createdAtMs }),
	endsAtMs: (createdAtMs ?? 0) + seconds * 1000,
	isWaiting: true,
	earliestMs: 0,
	latestMs: Number.POSITIVE_INFINITY,
});

/** Polls all tasks until they have ended; each is in the schedule from its creation on. */
function run(tasks: readonly Task[], chance: () => number) {
	const schedule = new BatchSchedule<Task>(chance, MIN_INTERVAL_MS);
	tasks.forEach((one) => schedule.add(one, one.createdAtMs ?? 0));
	let nowMs = Math.max(...tasks.map(({ createdAtMs = 0 }) => createdAtMs));
	const startMs = nowMs;
	let requests = 0;
	let latenessMs = 0;
	let firstMs: number | undefined;
	for (;;) {
		const next = schedule.next(nowMs);
		if (!next) break;
		firstMs ??= next.atMs - startMs;
		requests += 1;
		next.tasks.forEach((one) => schedule.onPolled(one, next.atMs));
		nowMs = next.atMs + ROUND_TRIP_MS;
		for (const one of next.tasks) {
			if (next.atMs + ROUND_TRIP_MS / 2 >= one.endsAtMs) {
				schedule.onTerminal(one, nowMs);
				latenessMs += nowMs - one.endsAtMs;
			} else one.isWaiting = true;
		}
	}
	return { requests, lateSeconds: latenessMs / tasks.length / 1000, firstMs };
}

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed: number): () => number {
	let value = seed * 7919 + 1;
	return () => (value = (value * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Mean figures of 20 runs. */
function simulate(count: number, seconds: number, spread: number) {
	const runs = Array.from({ length: 20 }, (_none, seed) => {
		const number = numbers(seed);
		const tasks = Array.from({ length: count }, (_one, index) =>
			task(index * 20, seconds * (1 - spread + 2 * spread * number())),
		);
		return run(tasks, number);
	});
	const mean = (value: (one: (typeof runs)[number]) => number) =>
		runs.reduce((sum, one) => sum + value(one), 0) / runs.length;
	return {
		requests: mean(({ requests }) => requests),
		lateSeconds: mean(({ lateSeconds }) => lateSeconds),
	};
}

// Each by itself they take 41, 97, 203, 446 and 493 requests, and are seen 2.2 to 6.8 s late.
it.each([
	{ count: 10, seconds: 20, spread: 0.45, requests: 20, late: 0.75 },
	{ count: 10, seconds: 60, spread: 0.2, requests: 45, late: 0.8 },
	{ count: 50, seconds: 60, spread: 0.2, requests: 48, late: 0.75 },
	{ count: 50, seconds: 120, spread: 0.3, requests: 105, late: 0.8 },
	{ count: 100, seconds: 120, spread: 0.3, requests: 105, late: 0.8 },
])(
	'$count tasks of $seconds s ± $spread: at most $requests lists, at most $late s late',
	({ count, seconds, spread, requests, late }) => {
		const figures = simulate(count, seconds, spread);
		expect(figures.requests).toBeLessThanOrEqual(requests);
		expect(figures.lateSeconds).toBeLessThanOrEqual(late);
	},
);

it('polls all that wait whenever one is due, but for those that a list may not have yet', () => {
	const schedule = new BatchSchedule<Task>(() => 0, MIN_INTERVAL_MS);
	const [old, young, busy, deferred] = [task(0, 60), task(2000, 60), task(0, 60), task(0, 60)];
	const tooYoung = task(4500, 60);
	[old, young, busy, deferred, tooYoung].forEach((one) => schedule.add(one, one.createdAtMs ?? 0));
	busy.isWaiting = false;
	deferred.earliestMs = 60_000;
	const next = schedule.next(5000);
	expect(next?.tasks).toEqual([old, young]);
	expect(next?.atMs).toBe(5000);
});

it('first polls tasks that were created here after 2.6 s, and others at the next interval', () => {
	expect(run([task(0, 10), task(0, 10)], () => 0).firstMs).toBe(2600);
	expect(run([task(undefined, 10), task(undefined, 10)], () => 0).firstMs).toBe(1800);
});

it('never polls more often than ModelArk returns lists, nor less often than every 5 s', () => {
	for (const chance of [0, 1]) {
		const schedule = new BatchSchedule<Task>(() => chance, MIN_INTERVAL_MS);
		const [first, second] = [task(0, 1e6), task(0, 1e6)];
		[first, second].forEach((one) => schedule.add(one, 0));
		let lastMs = 0;
		for (let polls = 0; lastMs < 1e6; polls++) {
			const next = schedule.next(lastMs);
			const intervalMs = (next?.atMs ?? 0) - lastMs;
			if (polls > 0) expect(intervalMs).toBeGreaterThanOrEqual(1100);
			expect(intervalMs).toBeLessThanOrEqual(5050.001);
			lastMs = next?.atMs ?? Infinity;
			for (const one of [first, second]) {
				schedule.onPolled(one, lastMs);
				one.isWaiting = true;
			}
			if (polls === 100) schedule.onTerminal(second, lastMs);
		}
	}
});

it('obeys what the gateway asks for, except at the timeout', () => {
	const schedule = new BatchSchedule<Task>(() => 0, MIN_INTERVAL_MS);
	const [patient, hurried] = [task(0, 60), task(0, 60)];
	[patient, hurried].forEach((one) => schedule.add(one, 0));
	schedule.deferUntil(30_000);
	expect(schedule.next(0)).toEqual({ tasks: [patient, hurried], atMs: 30_000 });
	hurried.latestMs = 10_000;
	expect(schedule.next(0)).toEqual({ tasks: [hurried], atMs: 10_000 });
	schedule.remove(patient);
	schedule.remove(hurried);
	expect(schedule.next(0)).toBeUndefined();
});

it('a task that joins does not put off those that wait', () => {
	const schedule = new BatchSchedule<Task>(() => 0, MIN_INTERVAL_MS);
	const [first, second, joining] = [task(undefined, 60), task(undefined, 60), task(undefined, 60)];
	[first, second].forEach((one) => schedule.add(one, 0));
	schedule.add(joining, 1000);
	expect(schedule.next(1000)).toEqual({ tasks: [first, second, joining], atMs: 1800 });
});
