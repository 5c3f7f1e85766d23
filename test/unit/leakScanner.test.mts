import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { scanForLeaks } from '../../tools/leakScanner.mjs';

const KEY = 'sk-01/23+45:6789abcdef';
const PASTED = `“Bearer ${KEY}”`;
let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'seedream-keys-'));
	await writeFile(path.join(folder, 'log'), 'the control');
});
afterEach(async () => await rm(folder, { recursive: true }));

const search = async (stored: string, control = 'the control') =>
	await scanForLeaks({
		keys: [PASTED],
		executions: [{ id: '7', stored }],
		folders: [folder],
		control,
	});

it('finds nothing where nothing is', async () => {
	expect(await search('{"scheme":"Bearer","encoded":"QmVhcmVyIA==","id":"sk-0"}')).toEqual({
		executions: 1,
		files: 1,
		found: [],
	});
});

it('finds a key in an execution, and in a file in whatever form', async () => {
	const percent = encodeURIComponent(KEY);
	const whole = [
		PASTED,
		KEY,
		percent,
		percent.replace(/%../g, (code) => code.toLowerCase()),
		JSON.stringify(PASTED).slice(1, -1),
		KEY.replaceAll('/', '\\/'),
		KEY.replace(/\W/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
		Buffer.from(KEY).toString('base64'),
		Buffer.from(KEY).toString('base64url'),
		Buffer.from(`Bearer ${KEY}`).toString('base64'),
		Buffer.from(KEY).toString('hex'),
	];
	// The scheme alone is nobody's key.
	const forms = whole.flatMap((form) => [
		form,
		form.slice(0, form.includes('Bearer') || form.startsWith('QmVhcmVy') ? 20 : 8),
	]);
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

it('a word that a key begins with is none', async () => {
	const stored = '{"name":"sandbox-sandbox","key":"sandbox-ke…"}';
	const find = async (keys: string[]) =>
		(
			await scanForLeaks({
				keys,
				executions: [{ id: '7', stored }],
				folders: [folder],
				control: 'the control',
			})
		).found;
	expect(await find(['sandbox-gateway-key'])).toEqual([]);
	expect(await find(['sandbox-key'])).toEqual(['execution 7']);
});

it('passes over what is gone by the time that it is read', async () => {
	const gone = path.join(folder, 'gone');
	const scan = { keys: [PASTED], executions: [], folders: [folder, gone], control: 'the control' };
	expect(await scanForLeaks(scan)).toEqual({ executions: 0, files: 1, found: [] });
});
