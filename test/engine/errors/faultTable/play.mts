import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { startSandbox, type Sandbox, type SandboxFault } from '../../../../sandbox/sandbox.mjs';
import { post } from '../../../sandbox/support.mjs';
import { runNode } from '../../../support/engine.mjs';
import { inspectFully } from '../../../support/n8nHost.mjs';
import { heavyPicture, picture } from '../../../support/pictures.mjs';
import type { Expected, Row, Service } from './table.mjs';

/** Nobody's key. */
const WRONG_KEY = 'sk-nobody-has-this-key-0123456789';

/** Made once: there are a thousand rows. */
const FOX = picture(64, 64, 'jpeg');
const LARGE = heavyPicture(2_000_000);
const INPUT_NAME = 'large.png';

const NOBODY_LISTENS = 'http://127.0.0.1:1';

/** The pages that cost money. */
const PAID_PAGES =
	/^\/v1\/media\/(generate|create)$|^\/v3\/|^(\/byteplus|\/api)\/v3\/(images\/generations|contents\/generations\/tasks)$|^\/v1\/images\//;

const errorSchema = z.object({
	message: z.string(),
	description: z.string(),
	code: z.string().optional(),
	httpCode: z.string().optional(),
	taskId: z.string().optional(),
	gateway: z.string(),
});

/** What came of a row. */
export interface Played {
	/** All that a row may expect. */
	seen: Required<Omit<Expected, 'message' | 'description' | 'httpCode' | 'code'>> & {
		httpCode?: string;
		code?: string;
	};
	/** Of what stopped the node, or else of the first item that failed. */
	message: string;
	description: string;
	/** The errors of the items that failed. */
	failed: Array<z.infer<typeof errorSchema>>;
	/** Whether every item says which one it came of. */
	paired: boolean;
	/** All that the execution leaves behind, and what the node threw. */
	everything: string;
	/** What must be nowhere in it. */
	key: string;
	/** Headers `Authorization` that reached the storage. */
	keysAtStorage: string[];
	/** The paths of requests that the node has left open. */
	leftOpen: string[];
}

/** How long a closed connection may take to be seen as closed at its other end. */
const CLOSE_MS = 5000;
const CHECK_MS = 5;

async function findOpen({ requests }: Sandbox): Promise<string[]> {
	const open = () => requests.filter(({ endedAt }) => endedAt === undefined);
	for (const end = Date.now() + CLOSE_MS; open().length > 0 && Date.now() < end; )
		await delay(CHECK_MS);
	return open().map(({ path }) => path);
}

/** Plays one row, on a sandbox of its own. */
export async function play(row: Row): Promise<Played> {
	const sandbox = await startSandbox();
	try {
		return await playOn(sandbox, row);
	} finally {
		await sandbox.close();
	}
}

async function playOn(sandbox: Sandbox, row: Row): Promise<Played> {
	const { gateway, node, operation, options, onError, tries } = row;
	const key = row.credential === 'wrong' ? WRONG_KEY : sandbox.keys[gateway];
	const taskIds: string[] = [];
	if (operation === 'getResult' || operation === 'waitUntilDone') {
		for (let item = 0; item < (row.itemCount ?? 1); item++)
			taskIds.push(await createTask(sandbox, row));
	}
	sandbox.reset();
	const link = sandbox.addFile('fox.jpeg', await FOX, 'image/jpeg');
	const largeLink = sandbox.addFile(INPUT_NAME, await LARGE, 'image/png');
	const filled = (faults: SandboxFault[] = []) =>
		faults.map((fault) => fill(fault, { '<KEY>': key, '<LINK>': link }));
	sandbox.behaviour = {
		taskSeconds: 0,
		...row.behaviour,
		submitFaults: filled(row.submit),
		resultFaults: filled(row.look),
		fileFaults: filled(row.file),
	};
	const baseUrl = {
		closed: NOBODY_LISTENS,
		https: sandbox.apiUrl.replace('http:', 'https:'),
		wrong: sandbox.apiUrl,
	}[row.credential ?? 'wrong'];
	const run = await runNode({
		node,
		parameters: {
			...parametersOf(row),
			...row.parameters,
			...row.parametersFor?.(largeLink),
			options: { ...optionsOf(row), ...options },
		},
		credentials: { [`${gateway}Api`]: { apiKey: key, baseUrl } },
		items: Array.from({ length: row.itemCount ?? 1 }, (_none, number) => ({
			json: { number, taskId: taskIds[number] ?? '' },
		})),
		...(onError ? { onError } : {}),
		...(tries ? { retryOnFail: { maxTries: tries } } : {}),
	});

	const [first = [], second = []] = run.items;
	const failed = [...first, ...second].flatMap(({ json }) =>
		json.error === undefined ? [] : [errorSchema.parse(json.error)],
	);
	const [failure] = failed;
	const message = run.error?.message ?? failure?.message ?? '';
	const toGateway = sandbox.requests.filter(({ origin }) => origin === 'api');
	const atStorage = sandbox.requests.filter(({ origin }) => origin === 'files');
	const reads = toGateway.filter(({ method }) => method === 'GET');
	const httpCode = run.error?.httpCode ?? failure?.httpCode;
	return {
		seen: {
			paid: sandbox.requests.filter(({ paid }) => paid).length,
			submits: toGateway.filter(({ method, path }) => method === 'POST' && PAID_PAGES.test(path))
				.length,
			looks: toGateway.filter(({ path }) => path === '/v1/media/result').length,
			lists: reads.filter(({ path }) => path.endsWith('/contents/generations/tasks')).length,
			singlePolls: reads.filter(({ path }) => path.includes('/contents/generations/tasks/')).length,
			downloads: atStorage.filter(({ path }) => !path.endsWith(INPUT_NAME)).length,
			runs: run.thrown.length + (run.error ? 0 : 1),
			items: first.map(stateOf),
			errors: second.map(stateOf),
			files: first.filter(({ binary }) => binary?.data).length,
			taskId: /\[task [0-9a-f]{24}\]/.test(message),
			...(httpCode ? { httpCode } : {}),
			...(failure?.code ? { code: failure.code } : {}),
		},
		message,
		description: run.error?.description ?? failure?.description ?? '',
		failed,
		paired: [...first, ...second].every(({ pairedItem }) => pairedItem !== undefined),
		everything: run.everything() + inspectFully(run.thrown),
		key,
		keysAtStorage: atStorage.flatMap(({ headers }) => headers.authorization ?? []),
		leftOpen: await findOpen(sandbox),
	};
}

const stateOf = ({ json }: INodeExecutionData) =>
	json.error === undefined ? String(json.status) : 'error';

/** A task from before, as another execution would have created it. */
async function createTask(sandbox: Sandbox, { node }: Row): Promise<string> {
	const body = { model: node === 'Seedance' ? SMALL_VIDEO : SMALL_PICTURE, prompt: 'A fox' };
	const { data } = await post(`${sandbox.apiUrl}/v1/media/create`, sandbox.keys.gptunnel, body);
	return z.object({ id: z.string() }).parse(data).id;
}

const SMALL_VIDEO = 'seedance-1-pro-480P-5s';
const SMALL_PICTURE = 'gpt-image-1-low';
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** The model that a row asks for. */
export function modelOf({ gateway, node }: Service): string {
	if (node === 'Seedance') return gateway === 'gptunnel' ? SMALL_VIDEO : 'seedance-1-0-pro-250528';
	if (node === 'GptImage') return gateway === 'gptunnel' ? SMALL_PICTURE : 'gpt-image-2';
	return {
		gptunnel: 'seedream-4',
		myRouter: 'seedream-4.0',
		agentsFlare: 'seedream-4-0-250828',
		modelArk: 'seedream-4-0-250828',
	}[gateway];
}

/** What a service needs, and the smallest that it makes. */
function parametersOf({ gateway, node, operation }: Service): INodeParameters {
	if (operation === 'getResult' || operation === 'waitUntilDone')
		return { gateway, operation, taskId: '={{ $json.taskId }}' };
	const common = {
		gateway,
		operation,
		prompt: 'A fox',
		model: byId(modelOf({ gateway, node, operation })),
	};
	return node === 'Seedream' ? { ...common, resolution: '1K' } : common;
}

/** Tasks are looked at as often as they may be. */
function optionsOf({ node, operation }: Service): INodeParameters {
	const waits = node !== 'Seedream' && (operation === 'generate' || operation === 'waitUntilDone');
	return waits ? { pollInterval: 0.2 } : {};
}

/** The fault with what stands in its texts replaced. */
function fill(fault: SandboxFault, words: Record<string, string>): SandboxFault {
	if (typeof fault === 'string' || 'beside' in fault || Buffer.isBuffer(fault.body)) return fault;
	const replaced = (text: string) =>
		Object.entries(words).reduce((whole, [word, by]) => whole.replaceAll(word, by), text);
	const headers = Object.fromEntries(
		Object.entries(fault.headers ?? {}).map(([name, value]) => [name, replaced(value)]),
	);
	if (typeof fault.body === 'string') return { ...fault, headers, body: replaced(fault.body) };
	return {
		...fault,
		headers: { 'content-type': 'application/json', ...headers },
		body: replaced(JSON.stringify(fault.body)),
	};
}
