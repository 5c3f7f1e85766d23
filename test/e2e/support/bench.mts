import axios from 'axios';
import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { startSandbox, type RecordedRequest, type Sandbox } from '../../../sandbox/sandbox.mjs';
import { GATEWAYS, type ToolGateway } from '../../../tools/gateways.mjs';
import { scanForLeaks } from '../../../tools/leakScanner.mjs';
import {
	connect,
	workflowSchema,
	type Credential,
	type ExecutedItem,
	type N8nClient,
	type WorkflowJson,
} from '../../../tools/n8nClient.mjs';

/** What tools/e2e.mts says of the n8n that it has started, and of what a test needs to start one itself. */
export const environment = z
	.object({
		E2E_N8N_URL: z.string(),
		E2E_N8N_LOG: z.string(),
		E2E_FOLDER: z.string(),
		E2E_KEYS: z.string(),
		E2E_TARBALL: z.string(),
		E2E_PROXY: z.string(),
		E2E_CERTIFICATE: z.string(),
		E2E_CERTIFICATE_KEY: z.string(),
	})
	.parse(process.env);

/** The checkout. */
export const root = path.join(__dirname, '..', '..', '..');

const POLL_MS = 50;

/** What a test file works with. Files of other test files, which run at the same time, never show up in it. */
export interface Bench {
	sandbox: Sandbox;
	n8n: N8nClient;
	/** one for each gateway, with the sandbox's keys */
	credentials: Credential[];
	/** where the workflows write */
	filesFolder: string;
}

/** A folder of its own for a test file, in which the n8n of tools/e2e.mts may write. */
export async function makeFilesFolder(): Promise<string> {
	return await mkdtemp(path.join(environment.E2E_FOLDER, 'files-'));
}

/** A sandbox, and credentials for it in the n8n at `url`; the n8n of tools/e2e.mts unless another is given. */
export async function setUpBench(url = environment.E2E_N8N_URL): Promise<Bench> {
	const sandbox = await startSandbox();
	const n8n = await connect(url);
	const credentials = await Promise.all(
		GATEWAYS.map(
			async (gateway) =>
				await createCredential({ n8n, sandbox }, gateway, sandbox.keys[gateway.name]),
		),
	);
	return { sandbox, n8n, credentials, filesFolder: await makeFilesFolder() };
}

export async function createCredential(
	{ n8n, sandbox }: Pick<Bench, 'n8n' | 'sandbox'>,
	gateway: ToolGateway,
	apiKey: string,
	baseUrl = sandbox.apiUrl,
): Promise<Credential> {
	// For the search after the last test.
	await appendFile(environment.E2E_KEYS, `${apiKey}\n`);
	return await n8n.createCredential(gateway.credentialType, gateway.credentialName, {
		apiKey,
		baseUrl,
	});
}

/** A workflow of `examples/`, as a user imports it. */
export async function readExample(file: string): Promise<WorkflowJson> {
	return workflowSchema.parse(
		JSON.parse(await readFile(path.join(root, 'examples', file), 'utf8')),
	);
}

/** Imports a workflow for the bench; returns its id. */
export async function importInto(
	{ n8n, credentials, filesFolder }: Bench,
	workflow: WorkflowJson,
): Promise<string> {
	return await n8n.importWorkflow(workflow, credentials, filesFolder);
}

/** Fails when a key is in anything that this n8n keeps or writes; for one that a test has started itself. */
export async function expectNoKeys(
	{ n8n, sandbox }: Pick<Bench, 'n8n' | 'sandbox'>,
	logFile: string,
): Promise<void> {
	const search = {
		keys: Object.values(sandbox.keys),
		executions: await n8n.readExecutions(),
		folders: [path.dirname(logFile)],
		control: 'gptunnelApi',
	};
	expect((await scanForLeaks(search)).found).toEqual([]);
}

export function paidRequests({ requests }: Sandbox): RecordedRequest[] {
	return requests.filter(({ paid }) => paid);
}

/** Follows an item's file from the sandbox's storage into n8n's store: throws unless the bytes are the same. Returns them. */
export async function expectFile({ n8n }: Bench, item: ExecutedItem | undefined): Promise<Buffer> {
	const { url } = z.object({ url: z.string() }).parse(item?.json);
	const served = z
		.instanceof(Buffer)
		.parse((await axios.get(url, { responseType: 'arraybuffer', proxy: false })).data);
	// Compared as a whole: a difference would print megabytes.
	expect((await n8n.readBinary(item?.binary?.data?.id ?? '')).equals(served)).toBe(true);
	return served;
}

/** As `expectFile`, and onto the disk. */
export async function expectStoredFile(
	bench: Bench,
	item: ExecutedItem | undefined,
	savedAs: string,
): Promise<Buffer> {
	const served = await expectFile(bench, item);
	expect((await readFile(path.join(bench.filesFolder, savedAs))).equals(served)).toBe(true);
	return served;
}

/** Waits until `look` gives something; throws an Error that names `what` when it does not come in time. */
export async function waitFor<Found>(
	what: string,
	look: () => Promise<Found | undefined> | Found | undefined,
	seconds = 30,
): Promise<Found> {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const found = await look();
		if (found !== undefined) return found;
		if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain for ${what}`);
		await delay(POLL_MS);
	}
}

const logLineSchema = z.object({
	level: z.string(),
	message: z.string(),
	metadata: z.object({ timestamp: z.string() }),
});

/** The first line of n8n's log that holds all of `texts` in its message, if there is one yet. */
export async function findLogLine(
	logFile: string,
	...texts: readonly string[]
): Promise<{ level: string; message: string; time: Date } | undefined> {
	for (const line of (await readFile(logFile, 'utf8')).split('\n')) {
		// The last line may not be complete yet.
		if (!texts.every((text) => line.includes(text)) || !line.endsWith('}')) continue;
		const { level, message, metadata } = logLineSchema.parse(JSON.parse(line));
		if (texts.every((text) => message.includes(text)))
			return { level, message, time: new Date(metadata.timestamp) };
	}
	return undefined;
}
