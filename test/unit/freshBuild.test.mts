import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assertFreshBuild } from '../support/freshBuild.mjs';

/** Seconds since 1970: when the sources were checked out, and when they were built. */
const CHECKED_OUT = 1_700_000_000;
const BUILT = CHECKED_OUT + 60;
const EDITED = BUILT + 60;

const CHECKOUT: Record<string, number> = {
	'tsconfig.json': CHECKED_OUT,
	'nodes/Seedream/Seedream.node.ts': CHECKED_OUT,
	'nodes/Seedream/Seedream.node.json': CHECKED_OUT,
	'nodes/shared/media/size.ts': CHECKED_OUT,
	'credentials/GptunnelApi.credentials.ts': CHECKED_OUT,
	'icons/seedream.svg': CHECKED_OUT,
};
const BUILD: Record<string, number> = {
	'dist/nodes/Seedream/Seedream.node.js': BUILT,
	// Copied, with the time of its source.
	'dist/nodes/Seedream/Seedream.node.json': CHECKED_OUT,
	'dist/nodes/shared/media/size.js': BUILT + 1,
	'dist/credentials/GptunnelApi.credentials.js': BUILT,
	'dist/icons/seedream.svg': CHECKED_OUT,
};

let root: string;
beforeEach(() => {
	root = mkdtempSync(path.join(os.tmpdir(), 'fresh-build-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Files by their names, with the time of their last change. */
function write(files: Record<string, number>): void {
	for (const [name, changedAt] of Object.entries(files)) {
		const file = path.join(root, name);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, '');
		utimesSync(file, changedAt, changedAt);
	}
}
const check = () => assertFreshBuild(root);

describe('assertFreshBuild', () => {
	it('accepts a checkout that was built after it was checked out', () => {
		write({ ...CHECKOUT, ...BUILD });
		expect(check).not.toThrow();
	});

	it('accepts sources of the very moment of the build', () => {
		write({ ...CHECKOUT, ...BUILD, 'nodes/shared/media/size.ts': BUILT });
		expect(check).not.toThrow();
	});

	it.each(Object.keys(CHECKOUT))('rejects a build before the last change of %s', (name) => {
		write({ ...CHECKOUT, ...BUILD, [name]: EDITED });
		expect(check).toThrow(`dist is older than ${name}: run npm run build`);
	});

	it('names the newest of several files', () => {
		const newest = 'nodes/shared/media/size.ts';
		write({ ...CHECKOUT, ...BUILD, 'tsconfig.json': EDITED, [newest]: EDITED + 1 });
		expect(check).toThrow(newest);
	});

	it('rejects a file that was added after the build', () => {
		write({ ...CHECKOUT, ...BUILD, 'nodes/shared/media/added.ts': EDITED });
		expect(check).toThrow('nodes/shared/media/added.ts');
	});

	it('rejects a source that was changed while the others were compiled', () => {
		write({ ...CHECKOUT, ...BUILD, 'nodes/shared/media/size.ts': BUILT + 0.5 });
		expect(check).toThrow('nodes/shared/media/size.ts');
	});

	it('takes nothing else for a source', () => {
		write({ ...CHECKOUT, ...BUILD, 'README.md': EDITED, 'test/unit/size.test.mts': EDITED });
		expect(check).not.toThrow();
	});

	it.each([
		['nothing was built', CHECKOUT],
		['only icons were copied', { ...CHECKOUT, 'dist/icons/seedream.svg': EDITED }],
	])('rejects a checkout where %s', (_name, files) => {
		write(files);
		expect(check).toThrow('dist is missing: run npm run build');
	});
});
