import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { withSection } from '../tools/markdownSection.mjs';
import { startN8n, type N8n } from '../tools/n8n.mjs';
import { buildPackage, packCommit, packPackage } from '../tools/package.mjs';
import { freePort } from '../tools/ports.mjs';
import { atEnd, ToolError } from '../tools/processes.mjs';
import { provideRuntime, type Runtime } from '../tools/runtime.mjs';
import type { Choice } from './choice.mjs';
import { markdownTable, readCommand, versionIn } from './report.mjs';

/** A build of the package: an earlier one, or that of the checkout. */
export type Build = 'before' | 'now';

/** An n8n with one build of the package. */
export interface Place {
	build: Build;
	n8n: N8n;
}

/** What was measured, one figure in each row. */
export interface ComparisonRow {
	cells: string[];
	/** Whether it keeps to its bounds, if there are any. */
	holds: boolean | undefined;
}

/** Both builds, each in an n8n of its own. */
export interface BothBuilds {
	places: Place[];
	runtime: Runtime;
	/** Where n8n may read files. */
	folder: string;
}

/**
 * Builds the package and an earlier one, and starts an n8n with each.
 * @param commit of the earlier one
 * @param onStarted is called after each start
 * @throws ToolError if the checkout does not have the commit
 */
export async function startBothBuilds(
	root: string,
	commit: string,
	onStarted: (n8n: N8n) => Promise<void> = async () => {},
): Promise<BothBuilds> {
	console.log('Building and packing the package, as it is and as it was …');
	await buildPackage(root);
	const now = await packPackage(root);
	const before = await packCommit(root, commit);
	if (before === undefined)
		throw new ToolError(
			`The checkout has no commit ${commit}, the build to compare with: fetch the whole history.`,
		);
	console.log('Looking for n8n …');
	const runtime = await provideRuntime(root);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-bench-'));
	atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	console.log('Starting both n8n (half a minute) …');
	const places: Place[] = [];
	for (const [build, tarball] of [
		['before', before],
		['now', now],
	] as const) {
		const n8n = await startN8n({
			runtime,
			tarball,
			filesFolder: folder,
			parentFolder: folder,
			port: await freePort(),
		});
		await onStarted(n8n);
		places.push({ build, n8n });
	}
	return { places, runtime, folder };
}

/** What a report says besides its rows. */
export interface ReportTexts {
	/** Of the section in bench/RESULTS.md. */
	section: string;
	title: string;
	/** By which it was called, e.g. "bench:waits". */
	command: string;
	/** Of the earlier build. */
	commit: string;
	/** What the earlier build did differently, as the end of a sentence. */
	difference: string;
	/** How it was measured, in whole sentences. */
	method: string;
}

/**
 * Shows what was measured in Markdown, and writes it where the choice says so.
 * @returns the exit code: 1 if a bound is exceeded
 */
export async function reportComparison(
	root: string,
	{ runtime }: Pick<BothBuilds, 'runtime'>,
	rows: readonly ComparisonRow[],
	texts: ReportTexts & Pick<Choice, 'write'>,
): Promise<number> {
	const { section, title, command, commit, difference, method, write } = texts;
	const n8nVersion = await versionIn(
		path.join(path.dirname(path.dirname(runtime.n8n)), 'package.json'),
	);
	const nodeVersion = await readCommand(runtime.node, ['--version'], root);
	const head = await readCommand('git', ['rev-parse', '--short', 'HEAD'], root);
	const date = new Date().toISOString().slice(0, 10);
	const report = `\
## ${title}, on n8n ${n8nVersion}

Written by \`npm run ${command}\` on ${date}, Node ${nodeVersion.replace(/^v/, '')}: ${head} beside ${commit}, which ${difference}.
${method}

${markdownTable(
	['Job', 'Figure', 'Before', 'Now', 'Now ÷ before', 'Bound', 'Holds'],
	rows.map(({ cells }) => cells),
)}
`;
	console.log(`\n${report}`);
	if (write) {
		const file = path.join(root, 'bench', 'RESULTS.md');
		await writeFile(file, withSection(await readFile(file, 'utf8'), section, report));
		console.log(`Written to the section "${section}" of bench/RESULTS.md.`);
	} else console.log('Not written to bench/RESULTS.md, which --write would do.');
	return rows.some(({ holds }) => holds === false) ? 1 : 0;
}
