import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { atEnd, run, ToolError } from './processes.mjs';

/** Builds the package of the folder `root` into its `dist/`. Throws ToolError when the build fails. */
export async function buildPackage(root: string): Promise<void> {
	const { code, tail } = await run('npm', ['run', '--silent', 'build'], {
		cwd: root,
		// Without it the build draws a turning wheel, which would fill the message below.
		env: { ...process.env, CI: 'true' },
		doing: 'building',
	});
	if (code !== 0) throw new ToolError(`The package does not build:\n${tail.last(30)}`);
}

/** Packs the built package as `npm publish` would, into a temporary folder; returns the tarball's path. */
export async function packPackage(root: string): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-pack-'));
	atEnd(() => rm(folder, { recursive: true, force: true }));
	const { code, tail } = await run(
		'npm',
		['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
		{
			cwd: root,
			doing: 'packing',
		},
	);
	if (code !== 0) throw new ToolError(`The package could not be packed:\n${tail.last(10)}`);
	return path.join(
		folder,
		z
			.string()
			.regex(/\.tgz$/)
			.parse(tail.last(1).trim()),
	);
}
