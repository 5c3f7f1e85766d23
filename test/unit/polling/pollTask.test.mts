import { startDeadline, withTimeout, type Deadline } from '../../../nodes/shared/time/deadline.js';
import { PollScheduler } from '../../../nodes/shared/polling/scheduler.js';
import {
	pollUntil,
	type PollResult,
	type PollOptions,
} from '../../../nodes/shared/polling/pollTask.js';
import { GenerationError, type Failure } from '../../../nodes/shared/errors/failure.js';
import { intervalWhileAllPending } from '../../../nodes/shared/polling/intervals.js';
import type { TaskStatus, GenerationResult } from '../../../nodes/shared/generation/result.js';

const outcome = (status: TaskStatus): GenerationResult => ({
	files: [],
	failedFiles: [],
	metadata: { status },
});

/** How long a look takes on the way there and back, in milliseconds. */
const ROUND_TRIP = 40;

/** A world in which time passes only when somebody waits. */
function world({ timeout = 1200, chance = 0.5 } = {}) {
	let now = 0;
	const stop = new AbortController();
	const failure = (): Failure | undefined => {
		if (stop.signal.aborted) return { kind: 'cancelled', message: '' };
		return now >= timeout * 1000
			? { kind: 'timedOut', message: `no result within ${timeout} seconds` }
			: undefined;
	};
	const deadline: Deadline = {
		signal: stop.signal,
		remainingMs: () => Math.max(1, timeout * 1000 - now),
		reason: failure,
		throwIfExpired: () => {
			const ended = failure();
			if (ended) throw new GenerationError(ended);
		},
	};
	const looks: number[] = [];
	const watch = async (
		answer: (at: number, index: number) => PollResult,
		wait: Partial<PollOptions> = {},
	) =>
		await pollUntil(
			async () => {
				now += ROUND_TRIP / 2;
				looks.push(now);
				const look = answer(now, looks.length - 1);
				now += ROUND_TRIP / 2;
				return look;
			},
			{ goal: 'result', createdHere: wait.known !== undefined, pollInterval: 0, kind: '', ...wait },
			deadline,
			new PollScheduler({
				now: () => now,
				chance: () => chance,
				sleep: async (milliseconds) => {
					now += milliseconds;
				},
			}),
		);
	return { looks, watch, stop, now: () => now };
}

/** A task that takes so many seconds. */
const task =
	(seconds: number) =>
	(at: number): PollResult => ({ result: outcome(at >= seconds * 1000 ? 'succeeded' : 'running') });

describe('waiting for a task', () => {
	it.each([
		{ seconds: 3, mostLooks: 6, latest: 1 },
		{ seconds: 20, mostLooks: 20, latest: 2 },
		{ seconds: 60, mostLooks: 30, latest: 6 },
	])(
		'of $seconds s: at most $mostLooks looks, at most $latest s late',
		async ({ seconds, mostLooks, latest }) => {
			// Not one lucky length: tasks around it, with the least and the most of chance, known and unknown before.
			for (const chance of [0, 0.5, 1]) {
				for (const known of [undefined, outcome('queued')]) {
					for (let length = seconds * 0.9; length <= seconds; length += 0.05) {
						const { looks, watch, now } = world({ chance });
						await watch(task(length), known ? { known } : {});
						expect(looks.length).toBeLessThanOrEqual(mostLooks);
						expect(now() / 1000 - length).toBeLessThanOrEqual(latest);
					}
				}
			}
		},
	);

	it('looks at once, so that a task which is done costs no wait', async () => {
		const { looks, watch, now } = world();
		const { result: latest } = await watch(task(0));
		expect(latest?.metadata.status).toBe('succeeded');
		expect(looks).toHaveLength(1);
		expect(now()).toBe(ROUND_TRIP);
	});

	it('does not look at once at what has just been created', async () => {
		const { looks, watch } = world();
		await watch(task(0), { known: outcome('queued') });
		expect(looks).toHaveLength(1);
		expect(looks[0]).toBeGreaterThan(500);
	});

	it.each<TaskStatus>(['succeeded', 'failed', 'cancelled', 'expired'])(
		'ends with "%s"',
		async (status) => {
			const { looks, watch } = world();
			const { result: latest } = await watch((_at, index) => ({
				result: outcome(index < 2 ? 'running' : status),
			}));
			expect(latest?.metadata.status).toBe(status);
			expect(looks).toHaveLength(3);
		},
	);

	it('keeps to the user’s own pace', async () => {
		const { looks, watch } = world();
		await watch(task(30), { pollInterval: 10 });
		expect(looks.map((at) => Math.round(at / 1000))).toEqual([0, 10, 20, 30]);
	});

	it('does not hammer, whatever the user’s pace', async () => {
		const { looks, watch } = world();
		await watch(task(1), { pollInterval: 0.001 });
		expect(looks.length).toBeLessThan(10);
	});

	it('keeps to what the gateway asks for', async () => {
		const { looks, watch } = world();
		await watch((at, index) =>
			index === 0 ? { error: { kind: 'rateLimited', message: '' }, retryAfter: 25 } : task(0)(at),
		);
		expect(looks.map((at) => Math.round(at / 1000))).toEqual([0, 25]);
	});

	it('keeps to it in a good answer, too', async () => {
		const { looks, watch } = world();
		await watch((at, index) => ({ ...task(12)(at), ...(index === 0 ? { retryAfter: 12 } : {}) }));
		expect(looks).toHaveLength(2);
	});

	it('believes it beside a good answer for two minutes at most, and never beyond the last look', async () => {
		const { looks, watch } = world({ timeout: 600 });
		const { result: latest } = await watch((at, index) => ({
			...task(130)(at),
			...(index < 2 ? { retryAfter: 86_400 } : {}),
		}));
		expect(latest?.metadata.status).toBe('succeeded');
		expect(looks[1]).toBeLessThan(121_000);
		const short = world({ timeout: 60 });
		const watched = await short.watch((at) => ({ ...task(50)(at), retryAfter: 86_400 }));
		expect(watched.result?.metadata.status).toBe('succeeded');
		expect(short.looks).toHaveLength(2);
	});

	it('lets trouble pass, with growing pauses, and forgets it', async () => {
		const { looks, watch } = world();
		const { result: latest, error: trouble } = await watch((at, index) =>
			index < 6
				? { error: { kind: 'answerLost', message: 'the connection was reset' } }
				: task(0)(at),
		);
		expect(latest?.metadata.status).toBe('succeeded');
		expect(trouble).toBeUndefined();
		const pauses = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
		expect(pauses[4]).toBeGreaterThan(5_000);
		expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000 + ROUND_TRIP);
	});

	it('begins anew with small pauses after a good look', async () => {
		const { looks, watch } = world();
		const bad: PollResult = { error: { kind: 'answerLost', message: 'the connection was reset' } };
		await watch((_at, index) =>
			index === 3 ? { result: outcome('running') } : index === 5 ? task(0)(0) : bad,
		);
		const pauses = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
		expect(pauses[2]).toBeGreaterThan(3_000);
		expect(pauses[4]).toBeLessThan(2_000);
	});

	it.each([
		['that was created just now', { known: outcome('queued') }],
		['that an earlier try has created', { createdHere: true }],
	])('is patient with a task %s and is not known everywhere yet', async (_what, wait) => {
		const { looks, watch } = world();
		const { result: latest } = await watch(
			(_at, index) => (index < 3 ? { error: { kind: 'taskNotFound', message: '' } } : task(0)(0)),
			wait,
		);
		expect(latest?.metadata.status).toBe('succeeded');
		expect(looks).toHaveLength(4);
	});

	it('is not patient with an ID that a user typed', async () => {
		const { looks, watch } = world();
		const waiting = watch(() => ({ error: { kind: 'taskNotFound', message: 'no such task' } }));
		await expect(waiting).rejects.toMatchObject({ failure: { kind: 'taskNotFound' } });
		expect(looks).toHaveLength(1);
	});

	it.each([5, 60, 600])(
		'is never past its deadline of %d s, and looks once more shortly before it',
		async (timeout) => {
			const { looks, watch, now } = world({ timeout });
			const { result: latest } = await watch(task(10_000));
			expect(latest?.metadata.status).toBe('running');
			expect(now()).toBeLessThanOrEqual(timeout * 1000);
			expect(timeout * 1000 - (looks.at(-1) ?? 0)).toBeLessThanOrEqual(1000 + ROUND_TRIP);
		},
	);

	it('does not wait for what the gateway puts off beyond the deadline', async () => {
		const { looks, watch } = world({ timeout: 60 });
		const { error: trouble } = await watch(() => ({
			error: { kind: 'rateLimited', message: 'slow down' },
			retryAfter: 3600,
		}));
		expect(looks).toHaveLength(1);
		expect(trouble?.message).toBe('slow down');
	});

	it('ends when the execution is stopped, without another look', async () => {
		const { looks, watch, stop } = world();
		const waiting = watch((_at, index) => {
			if (index === 2) stop.abort();
			return { result: outcome('running') };
		});
		await expect(waiting).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
		expect(looks).toHaveLength(3);
	});
});

describe('looking once', () => {
	it('takes any state', async () => {
		const { looks, watch } = world();
		expect((await watch(task(60), { goal: 'status' })).result?.metadata.status).toBe('running');
		expect(looks).toHaveLength(1);
	});

	it('lets trouble pass a few times, then says that nothing was seen', async () => {
		const { looks, watch } = world();
		const looking = watch(
			() => ({ error: { kind: 'answerLost', message: 'the connection was reset' } }),
			{ goal: 'status' },
		);
		await expect(looking).rejects.toMatchObject({
			failure: { kind: 'taskNotSeen', message: 'the connection was reset' },
		});
		expect(looks).toHaveLength(4);
	});
});

describe('the pace', () => {
	it('has a part of chance, which only makes it quicker', () => {
		expect(intervalWhileAllPending(60_000, 1, 1)).toBeLessThan(
			intervalWhileAllPending(60_000, 1, 0),
		);
		expect(intervalWhileAllPending(60_000, 1, 1)).toBeGreaterThan(
			intervalWhileAllPending(60_000, 1, 0) * 0.9,
		);
	});
});

describe('the time for one request of many', () => {
	it('ends the request, and not the rest', async () => {
		const rest = startDeadline(60);
		const request = withTimeout(rest, 0.01);
		await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
		expect(request.reason()).toEqual({
			kind: 'answerLost',
			message: 'no answer within 0.01 seconds',
		});
		expect(() => request.throwIfExpired()).toThrow('no answer');
		expect(rest.reason()).toBeUndefined();
		for (const deadline of [request, rest]) deadline.close();
	});

	it('ends with the rest, for its reason', () => {
		const stop = new AbortController();
		const rest = startDeadline(60, stop.signal);
		const request = withTimeout(rest, 30);
		stop.abort();
		expect(request.signal.aborted).toBe(true);
		expect(request.reason()).toMatchObject({ kind: 'cancelled' });
		// Their timers would keep the process alive.
		for (const deadline of [request, rest]) deadline.close();
	});
});

describe('together with other tasks', () => {
	const batch = { isActive: () => true, minIntervalMs: 1100 };

	it('the last poll is of the task alone, also if one with others has ended in the last second', async () => {
		// The last one begins 0.6 seconds before the last second.
		const endingLate = [3000, 15.4] as const;
		for (const [roundTripMs, pollInterval] of [[100, 0], [3000, 0], endingLate] as const) {
			const { now, clock, deadline } = timeOf(20_000);
			const polls: boolean[] = [];
			await pollUntil(
				async (isLast) => {
					// A batch is waited for no longer than half of what is left.
					await clock.sleep(isLast ? 100 : Math.min(roundTripMs, deadline.remainingMs() / 2));
					polls.push(isLast);
					return { result: outcome('running') };
				},
				{ goal: 'result', createdHere: false, pollInterval, kind: '', batch },
				deadline,
				new PollScheduler(clock),
			);
			expect(polls.at(-1)).toBe(true);
			expect(polls.filter(Boolean)).toHaveLength(1);
			expect(now()).toBeLessThanOrEqual(20_000);
		}
	});

	it('a poll that is postponed is repeated at once, whatever the user’s interval', async () => {
		const { now, clock, deadline } = timeOf(1_000_000);
		const answers: PollResult[] = [
			{ isPostponed: true },
			{ result: outcome('running') },
			{ isPostponed: true, retryAfter: 7 },
			{ result: outcome('succeeded') },
		];
		const times: number[] = [];
		const { result } = await pollUntil(
			async () => {
				times.push(now() / 1000);
				return answers[times.length - 1] ?? { isPostponed: true };
			},
			{ goal: 'result', createdHere: false, pollInterval: 300, kind: '', batch },
			deadline,
			new PollScheduler(clock),
		);
		expect(result?.metadata.status).toBe('succeeded');
		expect(times).toEqual([0, 0, 300, 307]);
	});
});

/** Time that passes only when somebody waits, and a deadline by it. */
function timeOf(timeoutMs: number) {
	let nowMs = 0;
	const { signal } = new AbortController();
	const deadline: Deadline = {
		signal,
		remainingMs: () => Math.max(1, timeoutMs - nowMs),
		reason: () => (nowMs >= timeoutMs ? { kind: 'timedOut', message: '' } : undefined),
		throwIfExpired: () => undefined,
	};
	const clock = {
		now: () => nowMs,
		chance: () => 0,
		sleep: async (milliseconds: number) => void (nowMs += milliseconds),
	};
	return { now: () => nowMs, clock, deadline };
}
