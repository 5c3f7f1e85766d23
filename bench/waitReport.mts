import path from 'node:path';
import type { Runtime } from '../tools/runtime.mjs';
import { markdownTable, readCommand, versionIn } from './report.mjs';
import { withSpread } from './results.mjs';
import { summarize, type Summary } from './statistics.mjs';
import type { Build, Figure, WaitJob } from './waitJobs.mjs';

/** All that was measured of the waits. */
export class WaitResults {
	private readonly rounds = new Map<string, Array<Partial<Record<Figure, number>>>>();

	add(job: WaitJob, build: Build, figures: Partial<Record<Figure, number>>): void {
		const key = `${build} ${job.name}`;
		this.rounds.set(key, [...(this.rounds.get(key) ?? []), figures]);
	}

	summary(job: WaitJob, build: Build, figure: Figure): Summary | undefined {
		const rounds = this.rounds.get(`${build} ${job.name}`) ?? [];
		return summarize(rounds.flatMap((figures) => figures[figure] ?? []));
	}
}

const inSeconds = (seconds: number) => `${seconds.toFixed(2)} s`;
const asCount = (count: number) => String(Math.round(count * 10) / 10);

const FIGURES: Record<Figure, { name: string; show: (value: number) => string }> = {
	requests: { name: 'result requests', show: asCount },
	lateness: { name: 'mean lateness', show: inSeconds },
	mostLate: { name: 'most lateness', show: inSeconds },
	mostRequestsAtOnce: { name: 'most result requests for one resume', show: asCount },
	resumed: { name: 'poll after the end of a pause, the latest', show: inSeconds },
	fromCall: { name: 'poll after the call, median', show: inSeconds },
	mostFromCall: { name: 'poll after the call, the latest', show: inSeconds },
};

/** What is to hold in every round. */
const MOST: readonly Figure[] = ['mostLate', 'mostRequestsAtOnce', 'resumed', 'mostFromCall'];

/** A job and one figure of it. */
export interface WaitRow {
	cells: string[];
	/** Whether it keeps to its bounds, if there are any. */
	holds: boolean | undefined;
}

/** One row per job and figure: the build before, this one, their ratio, the bounds, and whether they hold. */
export function rowsOf(jobs: readonly WaitJob[], results: WaitResults): WaitRow[] {
	return jobs.flatMap((job) =>
		Object.entries(FIGURES).flatMap(([name, format]) => {
			const figure = Object.keys(FIGURES).find((one): one is Figure => one === name);
			const now = figure && results.summary(job, 'now', figure);
			if (figure === undefined || now === undefined) return [];
			const isMost = MOST.includes(figure);
			const before = results.summary(job, 'before', figure);
			const bound = job.bounds[figure] ?? {};
			const ratio = before && before.median > 0 ? now.median / before.median : undefined;
			const tests = [
				...(bound.ratio === undefined
					? []
					: [{ label: `ratio ≤ ${bound.ratio}`, holds: (ratio ?? Infinity) <= bound.ratio }]),
				...(bound.figure === undefined
					? []
					: [
							{
								label: `≤ ${format.show(bound.figure)}`,
								holds: (isMost ? now.most : now.median) <= bound.figure,
							},
						]),
			];
			const holds = tests.length === 0 ? undefined : tests.every((test) => test.holds);
			return [
				{
					cells: [
						job.name,
						format.name,
						before ? withSpread(before, format) : '–',
						withSpread(now, format),
						ratio === undefined ? '–' : ratio.toFixed(2),
						tests.map(({ label }) => label).join(', ') || '–',
						holds === undefined ? '–' : holds ? 'yes' : '**no**',
					],
					holds,
				},
			];
		}),
	);
}

/** What a run came to, in Markdown. */
export async function reportWaits(
	rows: readonly WaitRow[],
	{ root, runtime, before }: { root: string; runtime: Runtime; before: string },
): Promise<string> {
	const n8nVersion = await versionIn(
		path.join(path.dirname(path.dirname(runtime.n8n)), 'package.json'),
	);
	const nodeVersion = await readCommand(runtime.node, ['--version'], root);
	const commit = await readCommand('git', ['rev-parse', '--short', 'HEAD'], root);
	return `\
## Waits, on n8n ${n8nVersion}

Written by \`npm run bench:waits\` on ${new Date().toISOString().slice(0, 10)}: ${commit} beside ${before}, which polled each task by
itself and paused for half a minute. Node ${nodeVersion.replace(/^v/, '')}. Both builds at the same time, each in an n8n of its own, and each job
at a sandbox of its own. Lateness is from the end of a task to the last byte of its file. Result requests are those of
one execution. Medians of the rounds, with the range where there are several.

${markdownTable(
	['Job', 'Figure', 'Before', 'Now', 'Now ÷ before', 'Bound', 'Holds'],
	rows.map(({ cells }) => cells),
)}
`;
}
