/** The plan of looks on a clock of its own, against the loop of five seconds that people build from n8n's own nodes. */
import { PollSchedule, type PlannedTask } from '../../../nodes/shared/polling/schedule.js';
import { intervalAfterCompletion } from '../../../nodes/shared/polling/intervals.js';

/** How long a look takes on the way there and back, in milliseconds. */
const ROUND_TRIP = 40;

interface Figures {
	looks: number;
	/** Mean lateness in seconds. */
	late: number;
}

interface Task extends PlannedTask {
	start: number;
	length: number;
	seen?: number;
}

/** @param lengths of the tasks, in seconds; all are created in one moment, or at `starts` */
function byPlan(
	lengths: readonly number[],
	{ chance = 0.5, starts = lengths.map(() => 0) } = {},
): Figures & { first: number } {
	const plan = new PollSchedule<Task>(() => chance);
	const coming = lengths.map((length, index): Task => {
		const start = (starts[index] ?? 0) * 1000;
		return {
			start,
			length: length * 1000,
			createdAtMs: start,
			isWaiting: true,
			earliestMs: 0,
			latestMs: Number.POSITIVE_INFINITY,
		};
	});
	const all = [...coming];
	const flights: Array<{ back: number; task: Task; ended: boolean }> = [];
	let now = 0;
	let looks = 0;
	let first = Number.POSITIVE_INFINITY;
	while (coming.length > 0 || flights.length > 0 || all.some(({ seen }) => seen === undefined)) {
		const next = plan.next(now);
		const times = [next?.atMs, flights[0]?.back, coming[0]?.start].map(
			(time) => time ?? Number.POSITIVE_INFINITY,
		);
		now = Math.min(...times);
		if (coming[0]?.start === now) {
			const [task] = coming.splice(0, 1);
			if (task) plan.add(task, now);
		} else if (flights[0]?.back === now) {
			const [flight] = flights.splice(0, 1);
			if (!flight) continue;
			if (flight.ended) {
				flight.task.seen = now;
				plan.onTerminal(flight.task, now);
			} else {
				plan.onPending(flight.task);
				flight.task.isWaiting = true;
			}
		} else if (next) {
			looks += 1;
			first = Math.min(first, now);
			for (const task of next.tasks) {
				plan.onPolled(task, now);
				const ended = now + ROUND_TRIP / 2 >= task.start + task.length;
				flights.push({ back: now + ROUND_TRIP, task, ended });
			}
		}
	}
	const late = all.reduce((sum, { seen = 0, start, length }) => sum + seen - start - length, 0);
	return { looks, late: late / all.length / 1000, first: first / 1000 };
}

/** As measured on n8n 2.41: every pass of the loop takes a little longer than the Wait node's five seconds. */
const LOOP = 5.06;

/** @param pace how long a pass of the loop takes, in seconds */
function byLoop(lengths: readonly number[], pace = LOOP): Figures {
	let looks = 0;
	let late = 0;
	let waiting = [...lengths];
	for (let now = pace; waiting.length > 0; now += pace) {
		looks += waiting.length;
		for (const length of waiting) if (length <= now) late += now - length;
		waiting = waiting.filter((length) => length > now);
	}
	return { looks, late: late / lengths.length };
}

const ten = (length: (index: number) => number) =>
	Array.from({ length: 10 }, (_none, index) => length(index));

it.each([
	{ seconds: 10, mostLooks: 15 },
	{ seconds: 60, mostLooks: 36 },
	{ seconds: 300, mostLooks: 55 },
])(
	'one task of about $seconds s: at most $mostLooks looks, in the mean at most 5 % late',
	({ seconds, mostLooks }) => {
		for (const chance of [0, 0.5, 1]) {
			const runs = Array.from({ length: 20 }, (_none, index) => {
				const length = seconds * (0.8 + (0.4 * index) / 19);
				return { length, ...byPlan([length], { chance }) };
			});
			expect(Math.max(...runs.map(({ looks }) => looks))).toBeLessThanOrEqual(mostLooks);
			expect(
				runs.reduce((sum, { late, length }) => sum + late / length, 0) / runs.length,
			).toBeLessThanOrEqual(0.05);
		}
	},
);

it('ten tasks of 17 s: a third of the lateness with fewer looks', () => {
	const [plan, loop] = [byPlan(ten(() => 17)), byLoop(ten(() => 17))];
	expect(loop.looks).toBe(40);
	expect(plan.looks).toBeLessThanOrEqual(30);
	expect(plan.late).toBeLessThanOrEqual(loop.late / 3);
});

it('ten tasks of 11 to 29 s, as from a queue: at most half of the lateness, with no more looks', () => {
	for (const shift of [0, 0.4, 0.8, 1.6, 3.2]) {
		const lengths = ten((index) => 11 + shift + 2 * index);
		const [plan, loop] = [byPlan(lengths), byLoop(lengths)];
		expect(plan.looks).toBeLessThanOrEqual(loop.looks);
		expect(plan.late).toBeLessThanOrEqual(loop.late / 2);
	}
});

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(): () => number {
	let seed = 1;
	return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
}

it.each([
	['nearly in order', 0.5, 2],
	['in no order at all', 1, 100],
])(
	'ten tasks that end one after the other, %s: in the mean at most %d × as late as the loop, with as many looks',
	(_name, part, disorder) => {
		const number = numbers();
		const loop = byLoop(ten((index) => 11 + 2 * index));
		const runs = Array.from({ length: 200 }, () => {
			const places = ten((index) => index + disorder * number());
			const order = ten((index) => index).sort(
				(one, other) => (places[one] ?? 0) - (places[other] ?? 0),
			);
			return byPlan(
				order.map((index) => 11 + 2 * index),
				{ chance: number() },
			);
		});
		const mean = (of: (run: Figures) => number) =>
			runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
		expect(mean(({ late }) => late)).toBeLessThanOrEqual(part * loop.late);
		expect(mean(({ looks }) => looks)).toBeLessThanOrEqual(loop.looks + 0.5);
	},
);

it('one that hangs at the head of a queue does not keep the others from being seen', () => {
	const lengths = [90, 91, 92, ...Array.from({ length: 47 }, (_none, index) => 23 + index)];
	expect(byPlan(lengths).late).toBeLessThanOrEqual(byLoop(lengths).late);
});

it('ten tasks of one length, whatever that is: never more looks, and never later', () => {
	// Every half second to 40 s; beyond that in steps that meet the loop's passes at ever other moments.
	const lengths = Array.from({ length: 160 }, (_none, index) =>
		index < 80 ? 0.5 * (index + 1) : 40 + 3.5 * (index - 79),
	);
	for (const length of lengths) {
		const [plan, loop] = [byPlan(ten(() => length)), byLoop(ten(() => length))];
		expect({ length, looks: plan.looks }).toEqual({
			length,
			looks: Math.min(plan.looks, loop.looks),
		});
		// The loop asks for all ten at once, and its way there and back is not counted here; the plan asks for one, and when
		// that has ended for two, four and three more.
		expect({ length, isLater: plan.late - loop.late > (3 * ROUND_TRIP) / 1000 }).toEqual({
			length,
			isLater: false,
		});
	}
});

it.each([5.02, 5.03, 5.04, 5.05, 5.06])(
	'ten tasks of whole seconds: never later than a loop whose pass takes %d s, nor more looks',
	(pace) => {
		const worse = Array.from({ length: 80 }, (_none, index) => index + 1).flatMap((length) => {
			const [plan, loop] = [
				byPlan(ten(() => length)),
				byLoop(
					ten(() => length),
					pace,
				),
			];
			return plan.late - loop.late > (3 * ROUND_TRIP) / 1000 || plan.looks > loop.looks
				? [{ length, plan, loop }]
				: [];
		});
		expect(worse).toEqual([]);
	},
);

it('one that is waited for beside such as are too young to have ended is looked at as if it were alone', () => {
	const plan = new PollSchedule<Task>(() => 0.5);
	const task = (createdAtMs: number): Task => ({
		createdAtMs,
		start: createdAtMs,
		length: 1,
		isWaiting: true,
		earliestMs: 0,
		latestMs: Number.POSITIVE_INFINITY,
	});
	const [before, old, young] = [task(0), task(100_001), task(250_000)];
	plan.add(before, 0);
	plan.onTerminal(before, 100_000);
	plan.add(old, 100_001);
	plan.add(young, 250_000);
	plan.onPolled(old, 300_000);
	old.isWaiting = true;
	// It has taken 200 seconds; a tenth of that is the pause.
	expect(plan.next(300_000)?.atMs).toBeGreaterThan(319_000);
});

it('looks at tasks in the order in which they were ordered, however their answers came in', () => {
	const plan = new PollSchedule<Task>(() => 0.5);
	const tasks = [2, 0, 1].map(
		(ordered): Task => ({
			submittedAtMs: ordered,
			createdAtMs: 10,
			start: 0,
			length: 1,
			isWaiting: true,
			earliestMs: 0,
			latestMs: Number.POSITIVE_INFINITY,
		}),
	);
	tasks.forEach((task) => plan.add(task, 10));
	const looked = tasks.map(() => {
		const [task] = plan.next(60_000)?.tasks ?? [];
		if (task) plan.onPolled(task, 60_000);
		return task?.submittedAtMs;
	});
	expect(looked).toEqual([0, 1, 2]);
});

it('learns from the first wave when the next one may be done', () => {
	const waves = byPlan([...ten(() => 40), ...ten(() => 40)], {
		starts: [...ten(() => 0), ...ten(() => 41)],
	});
	const alone = byPlan(ten(() => 40));
	expect(waves.looks - alone.looks).toBeLessThan(alone.looks / 1.5);
	expect(waves.late).toBeLessThan(1);
});

it('one that goes on long after the others is looked at rarely', () => {
	const { looks } = byPlan([...Array.from({ length: 9 }, () => 30), 90]);
	expect(looks).toBeLessThanOrEqual(byLoop([...Array.from({ length: 9 }, () => 30), 90]).looks);
});

it.each([
	['one after the other, the first long', [60, 20, 20, 20], [0, 61, 83, 105]],
	[
		'ten long ones, then ten short ones',
		[...ten(() => 300), ...ten(() => 30)],
		[...ten(() => 0), ...ten(() => 310)],
	],
])(
	'%s: what was learned makes none of them late by more than an eighth',
	(_name, lengths, starts) => {
		const { late } = byPlan(lengths, { starts });
		const shortest = Math.min(...lengths);
		expect(late).toBeLessThanOrEqual(shortest / 8 + 1);
	},
);

it('after a wave that ended together the next one begins without a burst', () => {
	const wave = Array.from({ length: 50 }, () => 10);
	const spread = Array.from({ length: 50 }, (_none, index) => 20 + index);
	const { looks } = byPlan([...wave, ...spread], {
		starts: [...wave.map(() => 0), ...wave.map(() => 15)],
	});
	expect(looks).toBeLessThanOrEqual(byLoop(wave).looks + byLoop(spread).looks);
});

it('a clock that goes back stops nothing', () => {
	expect(intervalAfterCompletion(-5000, 20_000, 5)).toBeGreaterThan(0);
});
