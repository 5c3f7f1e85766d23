import type { Build, ComparisonRow } from './builds.mjs';
import { withSpread } from './results.mjs';
import { summarize, type Summary } from './statistics.mjs';
import type { Figure, WaitJob } from './waitJobs.mjs';

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

/** One row per job and figure: the build before, this one, their ratio, the bounds, and whether they hold. */
export function rowsOf(jobs: readonly WaitJob[], results: WaitResults): ComparisonRow[] {
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
