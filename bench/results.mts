import {
	isNoise,
	mean,
	summarize,
	type ExecutionStatistics,
	type Summary,
	type Usage,
} from './statistics.mjs';
import type { HeldPerItem } from './heap.mjs';
import type { Job, Way } from './jobs.mjs';
import type { PackageStatistics } from './package.mjs';

/** One round of a job in one way: each of its executions, and n8n as a whole. */
export interface Round {
	statistics: readonly ExecutionStatistics[];
	usage: Usage;
	/** What n8n stored of an item, in characters. */
	storedPerItem: number;
}

/** A quantity that can be computed from a round, where it was measured. */
export interface Metric {
	name: string;
	of(round: Round): number | undefined;
	show(value: number): string;
}

/** The metrics of the table, in its order. */
export const METRICS = {
	ratio: {
		name: '× ideal',
		of: ({ statistics }) => mean(statistics.map(({ ratio }) => ratio)),
		show: (value) => value.toFixed(2),
	},
	lateness: {
		name: 'mean lateness',
		of: ({ statistics }) => mean(statistics.map(({ lateness }) => lateness)),
		show: (value) => `${value.toFixed(2)} s`,
	},
	polls: {
		name: 'result requests',
		of: ({ statistics }) => mean(statistics.map(({ polls }) => polls)),
		show: (value) => String(Math.round(value * 10) / 10),
	},
	cpu: {
		name: 'CPU per item',
		of: ({ usage }) => usage.cpu,
		show: (value) => `${Math.round(value * 1000)} ms`,
	},
	memory: {
		name: 'peak memory',
		of: ({ usage }) => usage.memory,
		show: (value) => `${Math.round(value / 1e6)} MB`,
	},
} as const satisfies Record<string, Metric>;

/** All that was measured. */
export class Results {
	private readonly rounds = new Map<Job, Partial<Record<Way, Round[]>>>();

	/** @param order of the jobs in what is reported */
	constructor(private readonly order: readonly Job[]) {}

	package: PackageStatistics | undefined;

	/** What reading a small answer costs, in parts of what it cost in an older build. */
	reading: Summary | undefined;

	held: HeldPerItem | undefined;

	add(job: Job, way: Way, round: Round): void {
		const ofJob = this.rounds.get(job) ?? {};
		this.rounds.set(job, { ...ofJob, [way]: [...(ofJob[way] ?? []), round] });
	}

	jobs(): Job[] {
		return this.order.filter((job) => this.rounds.has(job));
	}

	find(name: string): Job | undefined {
		return this.jobs().find((job) => job.name === name);
	}

	roundsOf(job: Job, way: Way): readonly Round[] {
		return this.rounds.get(job)?.[way] ?? [];
	}

	summary(job: Job, way: Way, metric: Metric): Summary | undefined {
		return summarize(this.roundsOf(job, way).flatMap((round) => metric.of(round) ?? []));
	}
}

/** The table of all metrics, in Markdown. */
export function tableOf(results: Results): string {
	const rows = results.jobs().flatMap((job) =>
		Object.values(METRICS).flatMap((metric: Metric) => {
			const ours = results.summary(job, 'ours', metric);
			const core = results.summary(job, 'core', metric);
			// Nothing to look at: the gateway answers when the picture is there.
			if (metric === METRICS.polls && ours?.most === 0) return [];
			return ours === undefined
				? []
				: [
						[
							job.name,
							metric.name,
							withSpread(ours, metric),
							core ? withSpread(core, metric) : '–',
							ratioOf(ours, core),
						],
					];
		}),
	);
	return [
		['Job', 'Figure', 'Our node', 'Core nodes', 'Ours ÷ core'],
		['---', '---', '---', '---', '---'],
		...rows,
	]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** The median, and the range where there is one. */
export function withSpread(
	{ median, least, most }: Summary,
	{ show }: Pick<Metric, 'show'>,
): string {
	return show(least) === show(most)
		? show(median)
		: `${show(median)} (${show(least)} to ${show(most)})`;
}

function ratioOf(ours: Summary, core: Summary | undefined): string {
	if (core === undefined) return '–';
	if (ours.median === core.median) return '1.00';
	return isNoise(ours, core) ? 'noise' : (ours.median / core.median).toFixed(2);
}
