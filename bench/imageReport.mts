import type { Runtime } from '../tools/runtime.mjs';
import type { Build, ComparisonRow } from './builds.mjs';
import { LARGEST_IMAGE, ONE_IMAGE, type ImageJob } from './imageJobs.mjs';
import { withSpread } from './results.mjs';
import { summarize, type Summary } from './statistics.mjs';

/** What one run took: bytes above the level just before it, and seconds of the processor. */
export interface ImageUsage {
	memory: number;
	cpu: number;
}

/** All that was measured of the jobs with large images. */
export class ImageResults {
	private readonly runs = new Map<string, ImageUsage[]>();

	add(job: ImageJob, build: Build, usage: ImageUsage): void {
		const key = `${build} ${job.name}`;
		this.runs.set(key, [...(this.runs.get(key) ?? []), usage]);
	}

	summary(name: string, build: Build, figure: keyof ImageUsage): Summary | undefined {
		return summarize((this.runs.get(`${build} ${name}`) ?? []).map((usage) => usage[figure]));
	}
}

const SHOW = {
	memory: (bytes: number) => `${Math.round(bytes / 1e6)} MB`,
	cpu: (seconds: number) => `${seconds.toFixed(2)} s`,
};
const LABELS = { memory: 'peak memory', cpu: 'processor' };
/** How much more the image of 120 MB may take than that of 30 MB. */
const FLAT = 1.2;

/** One row per job and figure: the build before, this one, their ratio, its bound, and whether it holds. */
export function rowsOf(
	jobs: readonly ImageJob[],
	results: ImageResults,
	major: Runtime['major'],
): ComparisonRow[] {
	return jobs.flatMap((job) =>
		(['memory', 'cpu'] as const).flatMap((figure) => {
			const now = results.summary(job.name, 'now', figure);
			if (now === undefined) return [];
			const before = results.summary(job.name, 'before', figure);
			const smaller =
				job.name === LARGEST_IMAGE && figure === 'memory'
					? results.summary(ONE_IMAGE, 'now', figure)
					: undefined;
			const against = smaller ?? before;
			const ratio = against && now.median / against.median;
			const most = smaller
				? FLAT
				: figure === 'memory'
					? job.bounds?.memory[major]
					: job.bounds?.cpu;
			const holds = ratio === undefined || most === undefined ? undefined : ratio <= most;
			const show = { show: SHOW[figure] };
			return [
				{
					cells: [
						job.name,
						LABELS[figure],
						before ? withSpread(before, show) : job.isBeyondBefore ? 'refused' : 'failed',
						withSpread(now, show),
						ratio === undefined
							? '–'
							: `${ratio.toFixed(2)}${smaller ? ' of that with 30 MB' : ''}`,
						most === undefined ? '–' : `≤ ${most.toFixed(2)}`,
						holds === undefined ? '–' : holds ? 'yes' : '**no**',
					],
					holds,
				},
			];
		}),
	);
}
