import { mkdtemp, rm, symlink } from 'node:fs/promises';
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

/**
 * Builds and packs the package as it was at a commit, with the dependencies of today.
 * @returns the tarball's path; undefined where the checkout has no such commit, e.g. a shallow clone
 */
export async function packCommit(root: string, commit: string): Promise<string | undefined> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-older-'));
	atEnd(() => rm(folder, { recursive: true, force: true }));
	const archive = path.join(folder, '..', `${path.basename(folder)}.tar`);
	atEnd(() => rm(archive, { force: true }));
	const doing = `reading commit ${commit}`;
	const archived = await run('git', ['archive', '-o', archive, commit], { cwd: root, doing });
	if (archived.code !== 0) return undefined;
	const { code, tail } = await run('tar', ['-xf', archive], { cwd: folder, doing });
	if (code !== 0) throw new ToolError(`Commit ${commit} could not be read:\n${tail.last(10)}`);
	await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
	await buildPackage(folder);
	return await packPackage(folder);
}
