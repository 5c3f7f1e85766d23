import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { atEnd, run, ToolError } from '../tools/processes.mjs';
import { summarize, type Summary } from './statistics.mjs';

/** The last commit before anything but JSON was looked for in an answer: no heartbeats, no marks, no large integers. */
const OLDER = 'ec405a7';

/** In each round both builds read in turn, so that what else the machine does falls on both. */
const ROUNDS = 41;

/** The states of a task as the gateways tell them, read by a build as a look at the task reads them. */
const SCRIPT = `
const [older, newer, rounds] = process.argv.slice(1);
const link = 'https://files.test/videos/1.mp4?X-Tos-Date=20261129T120000Z&X-Tos-Expires=86400&X-Tos-Signature=' + 'a1b2c3d4'.repeat(8);
const ANSWERS = {
	modelArk: { id: 'cgt-20261129120000-abcde', model: 'seedance-1-0-pro-250528', status: 'succeeded', content: { video_url: link }, usage: { completion_tokens: 108900, total_tokens: 108900 }, created_at: 1795953600, updated_at: 1795953660, seed: 10, resolution: '720p', ratio: '16:9', duration: 5 },
	gptunnel: { code: 0, id: '687fbd658a5526000178d729', model: 'seedance-1-pro-480P-5s', prompt: 'A red fox', created_at: 1795953600, status: 'done', url: link },
	myRouter: { task: { task_id: 'a1b2c3', status: 'TASK_STATUS_SUCCEED', reason: '' }, videos: [{ video_url: link, video_url_ttl: '3600' }] },
};
const bodies = Object.entries(ANSWERS).map(([name, body]) => [name, Buffer.from(JSON.stringify(body))]);
const readerOf = (root) => {
	const of = (file) => require(root + '/nodes/shared/' + file);
	const toApiResponse = root === older ? of('io/http.js').asAnswer : of('transport/body.js').toApiResponse;
	const readers = bodies.map(([name, body]) => {
		const gateway = of('gateways/' + name + '/index.js')[name];
		const { tasks } = gateway.seedance;
		return root === older ? [gateway.failureOf, tasks.read, body] : [gateway.parseError, tasks.parseResponse, body];
	});
	return () => {
		for (const [parseError, parseResponse, body] of readers) {
			const answer = toApiResponse({ httpStatus: 200, contentType: 'application/json' }, body);
			if (parseError(answer) || parseResponse(answer).files.length !== 1) throw new Error('It was not read');
		}
	};
};
const builds = [readerOf(older), readerOf(newer)];
const timeOf = (read) => {
	const began = process.hrtime.bigint();
	for (let time = 0; time < 500; time++) read();
	return Number(process.hrtime.bigint() - began);
};
for (let round = 0; round < 10; round++) builds.forEach(timeOf);
const ratios = [];
for (let round = 0; round < Number(rounds); round++) {
	const [before, after] = round % 2 === 0 ? builds.map(timeOf) : [...builds].reverse().map(timeOf).reverse();
	ratios.push(after / before);
}
console.log(JSON.stringify(ratios));
`;

/** What reading a small answer costs, in parts of what it cost in an older build. Undefined where the checkout has no such commit. */
export async function measureReading(root: string): Promise<Summary | undefined> {
	const older = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-older-'));
	atEnd(() => rm(older, { recursive: true, force: true }));
	console.log('Building the package as it was, to compare how long an answer takes to be read …');
	const archive = path.join(older, 'older.tar');
	const packed = await run(
		'git',
		['archive', '-o', archive, OLDER, 'nodes', 'credentials', 'tsconfig.json'],
		{ cwd: root, doing: 'looking for the older build' },
	);
	if (packed.code !== 0) return undefined;
	await must('tar', ['-xf', archive], older);
	await symlink(path.join(root, 'node_modules'), path.join(older, 'node_modules'));
	await must(
		process.execPath,
		[path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')],
		older,
	);
	const told = await must(
		process.execPath,
		['-e', SCRIPT, path.join(older, 'dist'), path.join(root, 'dist'), String(ROUNDS)],
		root,
	);
	const ratios: unknown = JSON.parse(told);
	return summarize(Array.isArray(ratios) ? ratios.map(Number) : []);
}

/** @returns the last line of what it said */
async function must(command: string, args: readonly string[], cwd: string): Promise<string> {
	const { code, tail } = await run(command, args, { cwd, doing: 'comparing two builds' });
	if (code !== 0) throw new ToolError(`The builds could not be compared: ${tail.last(5)}`);
	return tail.last(1);
}
