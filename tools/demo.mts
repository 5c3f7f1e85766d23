import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mjs';
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
const EXAMPLE_TO_RUN = 'seedream-three-gateways.json';
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
		const { values } = parseArgs({ options: { port: { type: 'string' }, exit: { type: 'boolean', default: false } } });
		const port = Number(values.port ?? EDITOR_PORT);
		if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port must be from 1 to 65535, not "${values.port}".`);
		return { port, exit: values.exit };
	} catch (error) {
		throw new ToolError(`${error instanceof Error ? error.message : error}\nUsage: npm run demo -- [--port ${EDITOR_PORT}] [--exit]`);
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
	const runtime = await provideRuntime(path.join(root, 'tools', 'runtime'));

	step('Starting the sandbox gateways');
	const sandbox = await startSandbox({
		port: await freePort(SANDBOX_PORT),
		filesPort: await freePort(SANDBOX_FILES_PORT),
	});
	atEnd(() => sandbox.close());
	console.log(`  They answer at ${sandbox.apiUrl} and cost nothing.`);

	step(`Starting n8n on port ${port} (about 15 seconds)`);
	await clearOutput();
	const n8n = await startN8n({ runtime, tarball, filesFolder: outputFolder, port });
	const client = await connect(n8n.url);

	step('Making the credentials and importing the example workflows');
	const credentials: Credential[] = [];
	for (const gateway of GATEWAYS) credentials.push(await makeCredential(client, gateway, sandbox));
	const workflowId = await importExamples(client, credentials);

	step('Running the Seedream example');
	const execution = await client.runWorkflow(workflowId);
	if (execution.status !== 'success') {
		const { message, description } = execution.error ?? { message: execution.status };
		throw new ToolError(`The workflow stopped: ${message}${description ? `\n${description}` : ''}`);
	}
	await showPictures();
	if (exit) return 0;

	console.log(`
The editor is open at ${n8n.url}
  email     ${OWNER.email}
  password  ${OWNER.password}
Ctrl-C ends it.`);
	throw new ToolError(`n8n has ended by itself. It said last:\n${await n8n.ended}`);
});

/** Makes the folder, and removes what this run writes anew; all else there is the user's. */
async function clearOutput(): Promise<void> {
	await mkdir(outputFolder, { recursive: true });
	for (const file of await pictures()) await rm(path.join(outputFolder, file));
}

/** The pictures of the example that is run. */
async function pictures(): Promise<string[]> {
	return (await readdir(outputFolder)).filter((file) => file.startsWith('three-gateways-'));
}

/** For the real gateway when its key is in the environment, else for the sandbox; tested before it is used. */
async function makeCredential(client: N8nClient, gateway: ToolGateway, sandbox: Sandbox): Promise<Credential> {
	const { displayName, credentialType, credentialName, keyVariable, addressVariable } = gateway;
	const realKey = process.env[keyVariable];
	const realAddress = process.env[addressVariable];
	const data = realKey
		? // Without an address, the credential's own default holds.
			{ apiKey: realKey, ...(realAddress ? { baseUrl: realAddress } : {}) }
		: { apiKey: sandbox.keys[gateway.name], baseUrl: sandbox.apiUrl };
	console.log(
		realKey
			? `  ${displayName}: the real gateway${realAddress ? ` at ${realAddress}` : ''}, with the key in ${keyVariable}. The picture costs money.`
			: `  ${displayName}: the sandbox. With a key in ${keyVariable}, the real gateway.`,
	);
	const credential = await client.createCredential(credentialType, credentialName, data);
	const { status, message } = await client.testCredential(credential);
	if (status !== 'OK') {
		throw new ToolError(`${displayName}: ${message}${realKey ? ` (the key is that in ${keyVariable})` : ''}`);
	}
	return credential;
}

/** Imports all examples; returns the id of the one to run. */
async function importExamples(client: N8nClient, credentials: readonly Credential[]): Promise<string> {
	const folder = path.join(root, 'examples');
	const ids = new Map<string, string>();
	for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
		const workflow = workflowSchema.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')));
		ids.set(file, await client.importWorkflow(workflow, credentials, outputFolder));
	}
	const id = ids.get(EXAMPLE_TO_RUN);
	if (id === undefined) throw new ToolError(`The example ${EXAMPLE_TO_RUN} is missing.`);
	return id;
}

/** Prints the pictures that n8n has written; throws ToolError unless there is one from each gateway. */
async function showPictures(): Promise<void> {
	const files = await pictures();
	const missing = GATEWAYS.filter(({ name }) => !files.some((file) => file.includes(name)));
	if (missing.length > 0) {
		throw new ToolError(`The workflow ran, but no picture came from ${missing.map(({ displayName }) => displayName).join(', ')}.`);
	}
	console.log('\nn8n has written these pictures:');
	for (const file of files) {
		const picture = path.join(outputFolder, file);
		const { width, height } = await sharp(picture).metadata();
		console.log(`  ${picture}  ${width} × ${height} pixels`);
	}
}
