import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run, ToolError } from '../tools/processes.mjs';
import { summarize, type Summary } from './statistics.mjs';

/** What the package is before it does anything. */
export interface PackageStatistics {
	/** Milliseconds for the three nodes in a process that has n8n-workflow and zod. */
	load: Summary;
	tarballBytes: number;
}

/** One load takes twice as long as another, whatever the machine does besides. */
const LOADS = 25;
/** The disk still writes what building and packing made, and the loads are spread, so that none is of one moment. */
const SETTLE_SECONDS = 20;
const BETWEEN_MS = 500;
const NODES = ['Seedream', 'Seedance', 'GptImage'];

export async function measurePackage(root: string, tarball: string): Promise<PackageStatistics> {
	const required = NODES.map(
		(name) =>
			`require(${JSON.stringify(path.join(root, 'dist', 'nodes', name, `${name}.node.js`))});`,
	);
	const script = `require('n8n-workflow'); require('zod'); const began = performance.now(); ${required.join(' ')} console.log(performance.now() - began);`;
	const times: number[] = [];
	console.log(`Loading the nodes ${LOADS} times (a minute) …`);
	await pause(SETTLE_SECONDS * 1000);
	for (let load = 0; load < LOADS; load++) {
		await pause(BETWEEN_MS);
		const { code, tail } = await run(process.execPath, ['-e', script], {
			cwd: root,
			doing: 'loading the nodes',
		});
		if (code !== 0) throw new ToolError(`The nodes could not be loaded: ${tail.last(5)}`);
		times.push(Number(tail.last(1)));
	}
	const load = summarize(times);
	if (!load) throw new ToolError('Nothing was measured.');
	return { load, tarballBytes: (await stat(tarball)).size };
}
