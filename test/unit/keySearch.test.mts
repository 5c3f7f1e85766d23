import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { searchForKeys } from '../../tools/keySearch.mjs';

const KEY = 'sk-0123456789abcdef';
let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'seedream-keys-'));
	await writeFile(path.join(folder, 'log'), 'the control');
});
afterEach(async () => await rm(folder, { recursive: true }));

const search = async (stored: string, control = 'the control') =>
	await searchForKeys({ keys: [KEY], executions: [{ id: '7', stored }], folders: [folder], control });

it('finds nothing where nothing is', async () => {
	expect(await search('{}')).toEqual({ executions: 1, files: 1, found: [] });
});

it('finds a key in an execution, and in a file in whatever form', async () => {
	const forms = [KEY, Buffer.from(KEY).toString('base64'), Buffer.from(KEY).toString('hex')];
	const files = await Promise.all(
		forms.map(async (form, index) => {
			const file = path.join(folder, `file-${index}`);
			await writeFile(file, Buffer.concat([Buffer.from([0, 255]), Buffer.from(form)]));
			return file;
		}),
	);
	const { found } = await search(`{"message":"${KEY}"}`);
	expect(found.sort()).toEqual(['execution 7', ...files].sort());
});

it('does not pass where it has looked in the wrong place', async () => {
	await expect(search('{}', 'another control')).rejects.toThrow('has looked in the wrong place');
});
