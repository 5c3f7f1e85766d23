import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { z } from 'zod';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mjs';
import { probeVideo } from './video.mjs';
import { GATEWAYS, type ToolGateway } from './gateways.mjs';
import { requireFreePort, startN8n } from './n8n.mjs';
import { connect, OWNER, workflowSchema, type Credential, type N8nClient } from './n8nClient.mjs';
import { buildPackage, packPackage } from './package.mjs';
import { freePort } from './ports.mjs';
import { atEnd, runTool, ToolError } from './processes.mjs';
import { provideRuntime } from './runtime.mjs';

const EDITOR_PORT = 5678;
const SANDBOX_PORT = 5690;
const SANDBOX_FILES_PORT = 5691;
interface Example {
	file: string;
	/** How many files it writes. */
	makes: number;
}
/** One thing of each node; a video and a GPT Image picture as tasks. */
const ONE_OF_EACH: readonly Example[] = [
	{ file: 'seedream-three-gateways.json', makes: 3 },
	// Each collects the same file twice.
	{ file: 'seedance-task.json', makes: 2 },
	{ file: 'gpt-image-task.json', makes: 2 },
];
/** What shows the one operation that is missing there, for one more video and one more picture. */
const GENERATE: readonly Example[] = [
	{ file: 'seedance-first-frame.json', makes: 1 },
	{ file: 'gpt-image-context.json', makes: 1 },
];
const STEPS = 6;

const root = process.cwd();
const outputFolder = path.join(root, 'demo-output');

let stepsBegun = 0;
function step(what: string): void {
	stepsBegun += 1;
	console.log(`[${stepsBegun}/${STEPS}] ${what} …`);
}

function readOptions(): { port: number; exit: boolean } {
	try {
		const { values } = parseArgs({
			options: { port: { type: 'string' }, exit: { type: 'boolean', default: false } },
		});
		const port = Number(values.port ?? EDITOR_PORT);
		if (!Number.isInteger(port) || port < 1 || port > 65_535)
			throw new Error(`--port must be from 1 to 65535, not "${values.port}".`);
		return { port, exit: values.exit };
	} catch (error) {
		throw new ToolError(
			`${error instanceof Error ? error.message : error}\nUsage: npm run demo -- [--port ${EDITOR_PORT}] [--exit]`,
		);
	}
}

await runTool(async () => {
	const { port, exit } = readOptions();
	// Before the long steps, so that nobody waits for them in vain; n8n's start looks again.
	await requireFreePort(port);

	step('Building and packing the package');
	await buildPackage(root);
	const tarball = await packPackage(root);

	step('Looking for n8n');
	const runtime = await provideRuntime(root);

	step('Starting the sandbox gateways');
	const sandbox = await startSandbox({
		port: await freePort(SANDBOX_PORT),
		filesPort: await freePort(SANDBOX_FILES_PORT),
	});
	atEnd(() => sandbox.close());
	console.log(`  They answer at ${sandbox.apiUrl} and cost nothing.`);

	step(`Starting n8n on port ${port} (about 15 seconds)`);
	await mkdir(outputFolder, { recursive: true });
	const n8n = await startN8n({
		runtime,
		tarball,
		filesFolder: outputFolder,
		port,
		// The ids of the tasks that go on after a Stop are nowhere else.
		onLine: (line) => {
			if (line.includes('was stopped')) console.log(`\nn8n's log: ${line.trim()}`);
		},
	});
	const client = await connect(n8n.url);

	step('Making the credentials and importing the example workflows');
	const credentials: Credential[] = [];
	for (const gateway of GATEWAYS) credentials.push(await makeCredential(client, gateway, sandbox));
	const examples = examplesToRun();
	const imported = await importExamples(client, credentials);

	step('Running the examples: Seedream, Seedance and GPT Image');
	await runExamples(client, examples, imported);
	if (exit) return 0;

	console.log(`
The editor is open at ${n8n.url}/home/workflows
  email     ${OWNER.email}
  password  ${OWNER.password}
What n8n's log says after a Stop appears here. Ctrl-C ends the demo, and its n8n with all that is in it.`);
	throw new ToolError(`n8n has ended by itself. It said last:\n${await n8n.ended}`);
});

/** The key and the address of the real gateway, as far as the environment holds them; empty counts as not there. */
function realGateway({ keyVariable, addressVariable }: ToolGateway): {
	key?: string;
	address?: string;
} {
	return {
		key: process.env[keyVariable] || undefined,
		address: process.env[addressVariable] || undefined,
	};
}

/** All operations of all nodes; with a real GPTunnel, where each costs money, one thing of each node. */
function examplesToRun(): readonly Example[] {
	const isReal = GATEWAYS.some(
		(gateway) => gateway.name === 'gptunnel' && realGateway(gateway).key !== undefined,
	);
	return isReal ? ONE_OF_EACH : [...ONE_OF_EACH, ...GENERATE];
}

/** For the real gateway when its key is in the environment, else for the sandbox; tested before it is used. */
async function makeCredential(
	client: N8nClient,
	gateway: ToolGateway,
	sandbox: Sandbox,
): Promise<Credential> {
	const { displayName, credentialType, credentialName, keyVariable } = gateway;
	const { key, address } = realGateway(gateway);
	const data = key
		? // Without an address, the credential's own default holds.
			{ apiKey: key, ...(address ? { baseUrl: address } : {}) }
		: { apiKey: sandbox.keys[gateway.name], baseUrl: sandbox.apiUrl };
	const made =
		gateway.name === 'gptunnel'
			? 'one Seedream picture, one Seedance video (5 s, 1080P) and one GPT Image picture (low quality)'
			: 'one Seedream picture';
	console.log(
		key
			? `  ${displayName}: the real gateway${address ? ` at ${address}` : ''}, with the key in ${keyVariable}. It will make ${made}, which costs money.`
			: `  ${displayName}: the sandbox. With a key in ${keyVariable}, the real gateway.`,
	);
	const credential = await client.createCredential(credentialType, credentialName, data);
	const { status, message } = await client.testCredential(credential);
	if (status !== 'OK') {
		throw new ToolError(
			`${displayName}: ${message}${key ? ` (the key is that in ${keyVariable})` : ''}`,
		);
	}
	return credential;
}

/** An example as n8n has it. */
interface Imported {
	id: string;
	/** The nodes that write files. */
	savers: string[];
}

/** Imports all examples; returns them by file name. */
async function importExamples(
	client: N8nClient,
	credentials: readonly Credential[],
): Promise<ReadonlyMap<string, Imported>> {
	const folder = path.join(root, 'examples');
	const imported = new Map<string, Imported>();
	for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
		const workflow = workflowSchema.parse(
			JSON.parse(await readFile(path.join(folder, file), 'utf8')),
		);
		const savers = workflow.nodes
			.filter(({ type }) => type === 'n8n-nodes-base.readWriteFile')
			.map(({ name }) => name);
		imported.set(file, {
			id: await client.importWorkflow(workflow, credentials, outputFolder),
			savers,
		});
	}
	return imported;
}

/**
 * Runs the examples side by side and prints the files that they write. Throws ToolError when one of them
 * stops or writes too few; not before all have ended, since what was bought is to be had.
 */
async function runExamples(
	client: N8nClient,
	examples: readonly Example[],
	imported: ReadonlyMap<string, Imported>,
): Promise<void> {
	const runs: Array<{ example: Example; executionId: string; savers: string[] }> = [];
	for (const example of examples) {
		const found = imported.get(example.file);
		if (found === undefined) throw new ToolError(`The example ${example.file} is missing.`);
		runs.push({ example, executionId: await client.startWorkflow(found.id), savers: found.savers });
	}
	const stopped: string[] = [];
	console.log(
		'  n8n writes these files, each of which another program has opened (get-result is the file of wait-until-done, collected once more):',
	);
	for (const { example, executionId, savers } of runs) {
		const execution = await client.waitForExecution(executionId);
		const items = savers.flatMap((saver) => execution.itemsOf(saver));
		for (const { json } of items) await showFile(z.string().parse(json.fileName));
		if (execution.status !== 'success') {
			const { message, description } = execution.error ?? { message: execution.status };
			stopped.push(`${example.file} stopped: ${message}${description ? `\n${description}` : ''}`);
		} else if (items.length !== example.makes) {
			stopped.push(
				`${example.file} ran, but wrote ${items.length} files in place of ${example.makes}.`,
			);
		}
	}
	if (stopped.length > 0) throw new ToolError(stopped.join('\n'));
}

/** Prints a file's path, and what it holds. */
async function showFile(file: string): Promise<void> {
	const bytes = await readFile(file);
	if (path.extname(file) === '.mp4') {
		const { width, height, seconds, codec } = await probeVideo(bytes);
		console.log(`  ${file}  ${width} × ${height} pixels, ${seconds.toFixed(1)} s, ${codec}`);
	} else {
		const { width, height, format } = await sharp(bytes).metadata();
		console.log(`  ${file}  ${width} × ${height} pixels, ${format}`);
	}
}
