/** The built package is what the engine tests run, so it has to be that of the sources as they are now. Runs in jest only. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the build reads, from the root of the checkout. */
const SOURCES = ['nodes', 'credentials', 'icons', 'tsconfig.json'];
/** Where the compiler writes. What the build only copies keeps the time of its source. */
const COMPILED = ['dist/nodes', 'dist/credentials'];

/**
 * Asserts that every compiled file is newer than every source. The build removes `dist` before it compiles, so the time
 * of its oldest compiled file is that of the build, whenever the sources were checked out or copied.
 * @param root the checkout
 * @throws Error that names the newest source, and what to run
 */
export function assertFreshBuild(root: string): void {
	const compiled = COMPILED.flatMap((folder) => filesIn(root, folder)).filter(({ name }) =>
		name.endsWith('.js'),
	);
	if (compiled.length === 0) throw new Error('dist is missing: run npm run build');
	const builtAtMs = Math.min(...compiled.map(({ changedAtMs }) => changedAtMs));
	const newer = SOURCES.flatMap((source) => filesIn(root, source))
		.filter(({ changedAtMs }) => changedAtMs > builtAtMs)
		.sort((one, other) => other.changedAtMs - one.changedAtMs);
	if (newer[0]) throw new Error(`dist is older than ${newer[0].name}: run npm run build`);
}

interface SourceFile {
	/** From the root, with slashes. */
	name: string;
	changedAtMs: number;
}

/** A file itself, or all files in a folder; nothing where neither exists. */
function filesIn(root: string, name: string): SourceFile[] {
	const file = path.join(root, name);
	if (!existsSync(file)) return [];
	const stats = statSync(file);
	if (!stats.isDirectory()) return [{ name, changedAtMs: stats.mtimeMs }];
	return readdirSync(file).flatMap((entry) => filesIn(root, `${name}/${entry}`));
}
