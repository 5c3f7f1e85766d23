import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mjs';
import { sectionOf, withSection } from '../tools/markdownSection.mjs';
import { GATEWAYS } from '../tools/gateways.mjs';
import { inspectOption } from '../tools/inspector.mjs';
import { startN8n } from '../tools/n8n.mjs';
import { connect, type Credential, type N8nClient } from '../tools/n8nClient.mjs';
import { buildPackage, packPackage } from '../tools/package.mjs';
import { freePort } from '../tools/ports.mjs';
import { atEnd, runTool, ToolError } from '../tools/processes.mjs';
import { provideRuntime } from '../tools/runtime.mjs';
import { isChosen, noSuchJob, readChoice, type Choice } from './choice.mjs';
import { measureHeld } from './heap.mjs';
import { many, TURNS, type Turn } from './jobs.mjs';
import { measurePackage } from './package.mjs';
import { credentialFor, type Place } from './measure.mjs';
import { measureReading } from './reading.mjs';
import { reportOf } from './report.mjs';
import { Results } from './results.mjs';
import { runAll } from './schedule.mjs';

const root = process.cwd();
/** For n8n's own data, in bytes. */
const SPARE = 1e9;

/** The turns with the jobs that were asked for. */
function choose(choice: Choice): Turn[] {
	const turns = TURNS.map((turn) => ({
		...turn,
		jobs: turn.jobs.filter(({ name }) => isChosen(name, choice)),
		rounds: choice.rounds ?? turn.rounds,
	})).filter(({ jobs }) => jobs.length > 0);
	if (turns.length > 0 || isChosen(many(1000).name, choice)) return turns;
	const names = TURNS.flatMap(({ jobs }) => jobs.map(({ name }) => name));
	throw noSuchJob(choice, [...names, many(1000).name]);
}

await runTool(async () => {
	const choice = readChoice('bench');
	const turns = choose(choice);
	console.log('Building and packing the package …');
	await buildPackage(root);
	const tarball = await packPackage(root);
	console.log('Looking for n8n …');
	const runtime = await provideRuntime(root);
	const folder = await mkdtemp(path.join(os.tmpdir(), 'n8n-nodes-seedream-bench-'));
	atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	await requireRoom(folder, turns);
	const sandbox = await startSandbox();
	atEnd(() => sandbox.close());

	const results = new Results(turns.flatMap(({ jobs }) => jobs));
	const startPlace = async (): Promise<Place> => {
		console.log('Starting n8n (about 15 seconds, and as long again until it is quiet) …');
		const n8n = await startN8n({
			runtime,
			tarball,
			filesFolder: folder,
			port: await freePort(),
			parentFolder: folder,
		});
		const client = await connect(n8n.url);
		return {
			sandbox,
			n8n,
			client,
			credentials: await makeCredentials(client, sandbox),
			heads: await makeHeads(),
			empty: new Map(),
		};
	};
	// Before n8n starts: it takes processor time whenever it likes.
	results.reading = await measureReading(root);
	results.package = await measurePackage(root, tarball);
	await runAll(turns, startPlace, results);
	if (isChosen(many(1000).name, choice)) {
		console.log('Looking at what n8n holds with 200 and with 1000 items (eleven minutes) …');
		const inspectPort = await freePort();
		process.env.NODE_OPTIONS = inspectOption(inspectPort);
		results.held = await measureHeld(await startPlace(), many, inspectPort);
	}

	const report = await reportOf(results, { root, runtime });
	console.log(`\n${report}`);
	const isWhole = choice.part === '' && choice.rounds === undefined;
	if (choice.write || isWhole) {
		const file = path.join(root, 'bench', 'RESULTS.md');
		// The soak is another tool's, which writes its section into the same file.
		const soak = sectionOf(await readFile(file, 'utf8').catch(() => ''), 'soak');
		await writeFile(file, soak === undefined ? report : withSection(report, 'soak', soak));
		console.log('Written to bench/RESULTS.md.');
	} else console.log('Not written to bench/RESULTS.md, which --write would do.');
	return 0;
});

/** For the files of one run; they are deleted after it. */
async function requireRoom(folder: string, turns: readonly Turn[]): Promise<void> {
	const bytes = turns.map(
		({ jobs, times = 1 }) =>
			times * jobs.reduce((sum, job) => sum + job.fileBytes * job.executions(1).flat().length, 0),
	);
	const needed = Math.max(0, ...bytes) + SPARE;
	const { bavail, bsize } = await statfs(folder);
	if (bavail * bsize < needed) {
		throw new ToolError(
			`The files need ${Math.ceil(needed / 1e9)} GB in ${os.tmpdir()}, where there are ${Math.floor((bavail * bsize) / 1e9)} GB.`,
		);
	}
}

/** A real picture, and the first bytes of a real video. */
async function makeHeads(): Promise<Place['heads']> {
	const picture = sharp({ create: { width: 2048, height: 2048, channels: 3, background: 'teal' } });
	const video = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
	return { seedance: video, seedream: await picture.jpeg().toBuffer() };
}

/** For each gateway our own, and the header that a user gives to an HTTP Request node. */
async function makeCredentials(
	client: N8nClient,
	{ keys, apiUrl }: Sandbox,
): Promise<Place['credentials']> {
	const credentials = new Map<string, Credential>();
	for (const { name, credentialType, credentialName } of GATEWAYS) {
		const apiKey = keys[name];
		const job = { gateway: name };
		credentials.set(
			credentialFor(job, 'ours'),
			await client.createCredential(credentialType, credentialName, { apiKey, baseUrl: apiUrl }),
		);
		const value = name === 'gptunnel' ? apiKey : `Bearer ${apiKey}`;
		credentials.set(
			credentialFor(job, 'core'),
			await client.createCredential('httpHeaderAuth', `${credentialName}, header`, {
				name: 'Authorization',
				value,
			}),
		);
	}
	return credentials;
}
