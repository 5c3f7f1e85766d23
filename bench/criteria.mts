import { isNoise, mean, summarize, type Summary } from './statistics.mjs';
import { MEGABYTE, type Job, type Way } from './jobs.mjs';
import { METRICS, withSpread, type Metric, type Results } from './results.mjs';

/** One thing that the nodes are to keep to. */
export interface Criterion {
	what: string;
	bound: string;
	measured: string;
	holds: boolean;
}

/** What can be said of the jobs that were run; medians, unless a line says something else. */
export function criteriaOf(results: Results): Criterion[] {
	const all: Criterion[] = [];
	/** Judges a job that was run, in both ways where `judge` asks for the core nodes. */
	const on = (
		name: string,
		judge: (median: (way: Way, metric: Metric) => number, job: Job) => Criterion[],
	) => {
		const job = results.find(name);
		if (job === undefined) return;
		const median = (way: Way, metric: Metric) => results.summary(job, way, metric)?.median ?? NaN;
		all.push(...judge(median, job));
	};
	const atMost = (
		what: string,
		metric: Pick<Metric, 'show'>,
		value: number,
		bound: number,
	): Criterion => ({
		what,
		bound: `≤ ${metric.show(bound)}`,
		measured: metric.show(value),
		holds: value <= bound,
	});
	const { ratio, lateness, polls, memory } = METRICS;

	on('10 videos of 17 s', (median, { name }) => [
		atMost(`${name}: time over the ideal`, ratio, median('ours', ratio), 1.08),
		atMost(
			`${name}: result requests, no more than core nodes`,
			polls,
			median('ours', polls),
			median('core', polls),
		),
	]);
	on('10 videos of 11 to 29 s', (median, { name }) => [
		atMost(
			`${name}: mean lateness, half of core nodes`,
			lateness,
			median('ours', lateness),
			median('core', lateness) / 2,
		),
		atMost(
			`${name}: result requests, no more than core nodes`,
			polls,
			median('ours', polls),
			median('core', polls),
		),
	]);
	// Where no task tells anything of the others, as many polls find them as late.
	on('10 videos of 11 to 29 s, shuffled', (median, { name }) => [
		atMost(
			`${name}: mean lateness, no more than core nodes`,
			lateness,
			median('ours', lateness),
			median('core', lateness),
		),
		atMost(
			`${name}: result requests, no more than core nodes`,
			polls,
			median('ours', polls),
			median('core', polls),
		),
	]);
	on('1 video of 3 s', (median, job) => [
		atMost(`${job.name}: lateness`, lateness, median('ours', lateness), 1),
		atMost(`${job.name}: most result requests`, polls, mostPolls(results, job), 6),
	]);
	all.push(...batches(results));
	for (const job of results.jobs().filter(({ name }) => name.startsWith('30 images'))) {
		on(job.name, (median, { name }) => [
			atMost(
				`${name}: time over the ideal at the same concurrency`,
				ratio,
				median('ours', ratio),
				1.2,
			),
		]);
	}
	on('1 video of 300 MB', (median, { name }) => [
		atMost(
			`${name}: peak memory, 1.1 × core nodes or 90 MB`,
			memory,
			median('ours', memory),
			Math.max(1.1 * median('core', memory), 90 * MEGABYTE),
		),
	]);
	on('10 videos of 300 MB', (median, { name }) => [
		atMost(`${name} at once: peak memory`, memory, median('ours', memory), 250 * MEGABYTE),
	]);
	on('1 image of 30 MB as base64', (median, { name, fileBytes }) => [
		atMost(`${name}: peak memory, 8 × the file`, memory, median('ours', memory), 8 * fileBytes),
	]);
	all.push(...growth(results), ...cpu(results), ...ofReading(results), ...ofPackage(results));
	for (const [length, most] of [
		[10, 15],
		[60, 36],
	] as const) {
		on(`1 video of ${length} s ± 20 %`, (_median, job) => {
			const statistics = results.roundsOf(job, 'ours').flatMap((round) => round.statistics);
			const percent = { show: (value: number) => `${(100 * value).toFixed(1)} %` };
			return [
				atMost(
					`${job.name}: mean lateness by the task’s length`,
					percent,
					mean(statistics.map(({ latenessPart }) => latenessPart)),
					0.05,
				),
				atMost(`${job.name}: most result requests`, polls, mostPolls(results, job), most),
			];
		});
	}
	return all;
}

/** Of one execution. */
function mostPolls(results: Results, job: Job): number {
	return Math.max(
		...results
			.roundsOf(job, 'ours')
			.flatMap(({ statistics }) => statistics.map(({ polls }) => polls)),
	);
}

/** At no length is a batch of ten later than with the core nodes, nor does it look more often. */
function batches(results: Results): Criterion[] {
	const jobs = results.jobs().filter(({ name }) => /^10 videos of \d+ s$/.test(name));
	return [METRICS.ratio, METRICS.lateness, METRICS.polls].flatMap((metric) => {
		const worse = jobs.flatMap((job) => {
			const ours = results.summary(job, 'ours', metric);
			const core = results.summary(job, 'core', metric);
			return ours && core && ours.median > core.median
				? [`${job.name}: ${compared(ours, core, metric)}`]
				: [];
		});
		const what = `Ten videos of one length: ${metric.name}, at no length more than core nodes`;
		return jobs.length === 0 ? [] : [none(what, worse, `at all ${jobs.length} lengths`)];
	});
}

/** CPU per item is at most that of the core nodes. */
function cpu(results: Results): Criterion[] {
	const jobs = results
		.jobs()
		.filter((job) => results.summary(job, 'core', METRICS.cpu) !== undefined);
	const worse = jobs.flatMap((job) => {
		const ours = results.summary(job, 'ours', METRICS.cpu);
		const core = results.summary(job, 'core', METRICS.cpu);
		if (ours === undefined || core === undefined || ours.median <= core.median) return [];
		return [
			`${job.name}: ${compared(ours, core, METRICS.cpu)}${isNoise(ours, core) ? ', noise' : ''}`,
		];
	});
	return jobs.length === 0
		? []
		: [none('CPU per item, no more than core nodes', worse, `in all ${jobs.length} jobs`)];
}

function none(what: string, worse: readonly string[], everywhere: string): Criterion {
	return {
		what,
		bound: 'in no job',
		measured: worse.length === 0 ? everywhere : worse.join('; '),
		holds: worse.length === 0,
	};
}

function compared(ours: Summary, core: Summary, metric: Metric): string {
	return `${withSpread(ours, metric)} against ${withSpread(core, metric)}`;
}

/** What the execution holds of each item, garbage collected, against a workflow that has its output and nothing else. */
function growth({ held }: Results): Criterion[] {
	const ours = summarize(held?.ours ?? []);
	const output = summarize(held?.output ?? []);
	if (held === undefined || ours === undefined || output === undefined) return [];
	const tells = isTelling(held.ours) && isTelling(held.output);
	const kilobytes = { show: (bytes: number) => `${(bytes / 1000).toFixed(1)} kB` };
	return [
		{
			what: '1000 items, 50 at once: in order, none lost; what n8n’s heap holds for one while the execution goes on, against a workflow that is given the same items and passes them on',
			// Our node has its input items besides; and two readings of n8n's heap differ.
			bound: `≤ ${kilobytes.show(output.median)} + ${kilobytes.show(SLACK)}`,
			measured: `${withSpread(ours, kilobytes)}${tells ? '' : ', noise'}`,
			holds: tells && ours.median <= output.median + SLACK,
		},
	];
}

/** Bytes per item. */
const SLACK = 1000;

/**
 * A figure below nothing, or one that differs by more than is allowed, says nothing. The highest and the lowest are left
 * out: n8n's own work may come into a reading, of which two pairs at the most then tell.
 */
function isTelling(pairs: readonly number[]): boolean {
	const middle = summarize([...pairs].sort((a, b) => a - b).slice(1, -1));
	return middle !== undefined && middle.median >= 0 && middle.most - middle.least <= 2 * SLACK;
}

function ofReading({ reading }: Results): Criterion[] {
	if (reading === undefined) return [];
	return [
		{
			what: 'Reading a small answer, in parts of what it cost before anything but JSON was read',
			bound: '≤ 1.05',
			measured: `${reading.median.toFixed(2)} (${reading.least.toFixed(2)} to ${reading.most.toFixed(2)})`,
			holds: reading.median <= 1.05,
		},
	];
}

function ofPackage({ package: found }: Results): Criterion[] {
	if (found === undefined) return [];
	const { load, tarballBytes } = found;
	return [
		{
			what: 'Requiring the three nodes',
			bound: '< 30 ms',
			measured: `${load.median.toFixed(1)} ms (${load.least.toFixed(1)} to ${load.most.toFixed(1)})`,
			holds: load.median < 30,
		},
		{
			what: 'The tarball',
			bound: '< 115 kB',
			measured: `${(tarballBytes / 1000).toFixed(1)} kB`,
			holds: tarballBytes < 115_000,
		},
	];
}
