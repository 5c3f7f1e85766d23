import path from 'node:path';
import type { Runtime } from '../tools/runtime.mjs';
import { LARGEST_IMAGE, ONE_IMAGE, type ImageJob } from './imageJobs.mjs';
import { markdownTable, readCommand, versionIn } from './report.mjs';
import { withSpread } from './results.mjs';
import { summarize, type Summary } from './statistics.mjs';

export type Build = 'before' | 'now';

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

/** A job and one figure of it. */
export interface ImageRow {
	cells: string[];
	/** Whether it keeps to its bound, if there is one. */
	holds: boolean | undefined;
}

/** One row per job and figure: the build before, this one, their ratio, its bound, and whether it holds. */
export function rowsOf(
	jobs: readonly ImageJob[],
	results: ImageResults,
	major: Runtime['major'],
): ImageRow[] {
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

/** What a run came to, in Markdown. */
export async function reportImages(
	rows: readonly ImageRow[],
	{ root, runtime, before }: { root: string; runtime: Runtime; before: string },
): Promise<string> {
	const n8nVersion = await versionIn(
		path.join(path.dirname(path.dirname(runtime.n8n)), 'package.json'),
	);
	const nodeVersion = await readCommand(runtime.node, ['--version'], root);
	const commit = await readCommand('git', ['rev-parse', '--short', 'HEAD'], root);
	return `\
## Large images, on n8n ${n8nVersion}

Written by \`npm run bench:images\` on ${new Date().toISOString().slice(0, 10)}: ${commit} beside ${before}, which held each image
as a whole, in turn, each in an n8n of its own. Node ${nodeVersion.replace(/^v/, '')}. Each figure is of a fresh process that has done two small
jobs of the kind and is quiet: the highest resident memory above the level just before, and the processor time until it
is quiet again, less that of the second small job, which is n8n's own for any execution. n8n keeps files in the file
system. Medians, with the range.

${markdownTable(
	['Job', 'Figure', 'Before', 'Now', 'Now ÷ before', 'Bound', 'Holds'],
	rows.map(({ cells }) => cells),
)}
`;
}
