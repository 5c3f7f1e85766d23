import { WARM_UP, type Job, type Turn, type Way } from './jobs.mjs';
import {
	bareTransfer,
	runTurn,
	untilQuiet,
	withFreshN8n,
	type Outcome,
	type Place,
} from './measure.mjs';
import { METRICS, type Metric, type Results, type Round } from './results.mjs';

const LONG_SECONDS = 15;

/** A turn in one way, once. */
interface Run {
	turn: Turn;
	way: Way;
	round: number;
}

/** Both ways in turn, round by round. */
function runsOf(turns: readonly Turn[]): Run[] {
	return turns.flatMap((turn) =>
		Array.from({ length: turn.rounds }, (_, index) => index + 1).flatMap((round) =>
			(['ours', 'core'] as const)
				.map((way) => ({
					turn: { ...turn, jobs: turn.jobs.filter(({ ways }) => ways[way] !== undefined) },
					way,
					round,
				}))
				.filter((run) => run.turn.jobs.length > 0),
		),
	);
}

/**
 * Runs everything. All runs that tell time or processor time go to one n8n. Those that tell memory get a process of
 * their own, which has to be quiet first: meanwhile the other n8n runs what mostly waits.
 */
export async function runAll(
	turns: readonly Turn[],
	startPlace: () => Promise<Place>,
	results: Results,
): Promise<void> {
	const runs = runsOf(turns);
	const forMemory = runs.filter(({ turn }) => turn.measures === 'memory');
	const others = runs.filter(({ turn }) => turn.measures !== 'memory');
	const transfers = new Map<Job, number>();
	let done = 0;
	const run = async (place: Place, { turn, way, round }: Run) => {
		for (const job of turn.jobs) {
			if (!transfers.has(job)) transfers.set(job, await bareTransfer(place, job));
		}
		const began = Date.now();
		const outcome = await runTurn(place, turn, way, round, transfers);
		done += 1;
		const seconds = Math.round((Date.now() - began) / 1000);
		console.log(
			`[${done}/${runs.length}] ${way === 'ours' ? 'our node' : 'core nodes'}, round ${round} of ${turn.rounds}, ${seconds} s`,
		);
		keep(results, way, outcome);
	};

	const place = others.length === 0 ? undefined : await startPlace();
	let memoryPlace = forMemory.length === 0 ? undefined : await startPlace();
	if (place) {
		for (const { turn, way, round } of runsOf(WARM_UP))
			await runTurn(place, turn, way, round, transfers);
		await untilQuiet(place);
	}
	const queue = [...forMemory];
	const runForMemory = async (meanwhile: () => Promise<void>) => {
		const next = queue.shift();
		if (next === undefined || memoryPlace === undefined) return await meanwhile();
		const fresh = await withFreshN8n(memoryPlace);
		memoryPlace = fresh;
		const quiet = untilQuiet(fresh);
		await meanwhile();
		await quiet;
		await run(fresh, next);
	};
	for (const other of others) {
		if (place === undefined) break;
		if (waitsLong(other)) await runForMemory(async () => await run(place, other));
		else await run(place, other);
	}
	while (queue.length > 0) await runForMemory(async () => undefined);
}

/** Whether nothing much happens for as long as another n8n takes to be quiet. */
function waitsLong({ turn: { jobs }, round }: Run): boolean {
	return Math.max(...jobs.flatMap((job) => job.executions(round).flat())) >= LONG_SECONDS;
}

function keep(results: Results, way: Way, { statistics, usage, storedPerItem }: Outcome): void {
	for (const [job, found] of statistics) {
		const round: Round = { statistics: found, usage, storedPerItem };
		results.add(job, way, round);
		const shown = Object.values(METRICS).flatMap((metric: Metric) => {
			const value = metric.of(round);
			return value === undefined ? [] : [`${metric.name} ${metric.show(value)}`];
		});
		console.log(`  ${job.name}: ${shown.join(', ')}`);
	}
}
