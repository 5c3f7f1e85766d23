/** The packed package in a real n8n, which tools/e2e.mts has started, against the sandbox gateways. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { GATEWAYS, type ToolGateway } from '../../tools/gateways.mjs';
import type { Credential, ExecutedItem, Execution } from '../../tools/n8nClient.mjs';
import { freePort } from '../../tools/ports.mjs';
import * as support from './support/bench.mjs';

const WRONG_KEY = 'sk-wrong-7f3a9c52d1';

let bench: support.Bench;

beforeAll(async () => {
	bench = await support.setUpBench();
});
beforeEach(() => bench.sandbox.reset());
afterAll(async () => await bench?.sandbox.close());

async function credentialOf(
	gateway: ToolGateway,
	apiKey: string,
	baseUrl?: string,
): Promise<Credential> {
	return await support.createCredential(bench, gateway, apiKey, baseUrl);
}

async function runExample(file: string, credentials = bench.credentials): Promise<Execution> {
	return await bench.n8n.runWorkflow(
		await support.importInto({ ...bench, credentials }, await support.readExample(file)),
	);
}

/** The fields of a finished result, as the interface fixes them. */
const resultSchema = z.object({
	gateway: z.string(),
	model: z.string(),
	status: z.literal('succeeded'),
	isDone: z.literal(true),
	url: z.string().url(),
	index: z.number().int(),
	count: z.number().int(),
	fileName: z.string(),
	mimeType: z.string(),
	fileSize: z.number().int(),
	width: z.number().int(),
	height: z.number().int(),
	createdAt: z.string().datetime(),
});

/** Follows one picture from the sandbox's storage through n8n's store onto the disk. */
async function expectPicture(
	item: ExecutedItem | undefined,
	size: { width: number; height: number },
	savedAs: string,
) {
	const json = resultSchema.parse(item?.json);
	const binary = item?.binary?.data;
	const served = await support.expectStoredFile(bench, item, savedAs);
	const picture = await sharp(served).metadata();

	expect({ width: picture.width, height: picture.height }).toEqual(size);
	expect({ width: json.width, height: json.height, fileSize: json.fileSize }).toEqual({
		...size,
		fileSize: served.length,
	});
	expect(picture.format).toBe('jpeg');
	expect([json.mimeType, binary?.mimeType]).toEqual(['image/jpeg', 'image/jpeg']);
	expect(binary?.fileName).toBe(json.fileName);
	expect(path.extname(json.fileName)).toMatch(/^\.jpe?g$/);
	expect(item?.pairedItem).toEqual({ item: 0 });
	return json;
}

function paidRequests() {
	return support.paidRequests(bench.sandbox);
}

describe.each(GATEWAYS)('the credential of $displayName', (gateway) => {
	test('is told good, with nothing paid', async () => {
		const good = await credentialOf(gateway, bench.sandbox.keys[gateway.name]);
		expect(await bench.n8n.testCredential(good)).toMatchObject({ status: 'OK' });
		expect(bench.sandbox.requests).not.toHaveLength(0);
		expect(paidRequests()).toHaveLength(0);
	});

	test('with a wrong key is told so, without the key', async () => {
		const { status, message } = await bench.n8n.testCredential(
			await credentialOf(gateway, WRONG_KEY),
		);
		expect(status).toBe('Error');
		// n8n 1.123 has words of its own for the status 401.
		expect(message).toMatch(/key was not accepted|Authorization failed/i);
		expect(message).not.toContain(WRONG_KEY);
	});

	test('with a host that cannot be reached is told apart from a wrong key', async () => {
		const unreachable = `http://127.0.0.1:${await freePort()}`;
		const { status, message } = await bench.n8n.testCredential(
			await credentialOf(gateway, bench.sandbox.keys[gateway.name], unreachable),
		);
		expect(status).toBe('Error');
		expect(message).toMatch(/ECONNREFUSED|reach|connect|refused/i);
		expect(message).not.toMatch(/key was not accepted/i);
	});
});

test('one picture from each gateway', async () => {
	const execution = await runExample('seedream-three-gateways.json');
	expect(execution.error).toBeUndefined();
	const sizes = {
		gptunnel: { width: 1280, height: 720 },
		myRouter: { width: 1728, height: 2304 },
		agentsFlare: { width: 2048, height: 2048 },
	};
	for (const [name, size] of Object.entries(sizes)) {
		const { displayName } = GATEWAYS.find((gateway) => gateway.name === name) ?? {};
		const items = execution.itemsOf(`Seedream via ${displayName}`);
		expect(items).toHaveLength(1);
		const json = await expectPicture(items[0], size, `three-gateways-${name}-1.jpeg`);
		expect(json).toMatchObject({ gateway: name, index: 0, count: 1 });
	}
	expect(paidRequests()).toHaveLength(3);
});

test('GPTunnel at 4K 21:9', async () => {
	const execution = await runExample('seedream-gptunnel.json');
	expect(execution.error).toBeUndefined();
	const items = execution.itemsOf('Seedream');
	expect(items).toHaveLength(1);
	const [request] = paidRequests();
	expect(request?.body).toMatchObject({ model: 'seedream-4', size: '4K', aspect_ratio: '21:9' });
	const { width, height } = resultSchema.parse(items[0]?.json);
	expect(width / height).toBeCloseTo(21 / 9, 1);
	await expectPicture(items[0], { width, height }, 'wide-4k-gptunnel-1.jpeg');
});

test('MyRouter: a set of four from two binary references', async () => {
	const execution = await runExample('seedream-myrouter-set.json');
	expect(execution.error).toBeUndefined();
	const items = execution.itemsOf('Seedream');
	expect(items).toHaveLength(4);
	for (const [index, item] of items.entries()) {
		const json = await expectPicture(
			item,
			{ width: 2496, height: 1664 },
			`set-of-four-myRouter-${index + 1}.jpeg`,
		);
		expect(json).toMatchObject({ gateway: 'myRouter', index, count: 4 });
	}
	expect(paidRequests()).toHaveLength(1);
	expect(paidRequests()[0]?.body).toMatchObject({
		sequential_image_generation: 'auto',
		max_images: 4,
		images: referencesOfExample(),
	});
});

/** The two PNG files that the example's Code node holds, as the wire wants them. */
function referencesOfExample(): string[] {
	const example = readFileSync(
		path.join(__dirname, '..', '..', 'examples', 'seedream-myrouter-set.json'),
		'utf8',
	);
	return [...example.matchAll(/data: '(iVBOR[^']+)'/g)].map(
		([, base64]) => `data:image/png;base64,${base64}`,
	);
}

test('AgentsFlare: a set of three over a stream that comes byte by byte', async () => {
	bench.sandbox.behaviour = { streamChunkBytes: 1 };
	const execution = await runExample('seedream-agentsflare-set.json');
	expect(execution.error).toBeUndefined();
	const items = execution.itemsOf('Seedream');
	expect(items).toHaveLength(3);
	for (const [index, item] of items.entries()) {
		const { width, height } = resultSchema.parse(item.json);
		expect(width / height).toBeCloseTo(16 / 9, 1);
		const json = await expectPicture(
			item,
			{ width, height },
			`set-of-three-agentsFlare-${index + 1}.jpeg`,
		);
		expect(json).toMatchObject({ gateway: 'agentsFlare', index, count: 3 });
	}
	expect(paidRequests()).toHaveLength(1);
	expect(paidRequests()[0]?.body).toMatchObject({
		stream: true,
		sequential_image_generation: 'auto',
	});
});

test.each([
	['gptunnel', 'seedream-gptunnel.json'],
	['myRouter', 'seedream-myrouter-set.json'],
	['agentsFlare', 'seedream-agentsflare-set.json'],
])('%s: a run with a wrong key says so, and n8n stores no key', async (name, file) => {
	const wrong = await Promise.all(
		GATEWAYS.map(async (gateway) => await credentialOf(gateway, WRONG_KEY)),
	);
	const written = await readdir(bench.filesFolder);
	const execution = await runExample(file, wrong);
	expect(execution.status).toBe('error');
	expect(`${execution.error?.message} ${execution.error?.description}`).toMatch(
		/key was not accepted/i,
	);
	expect(execution.stored).not.toContain(WRONG_KEY);
	expect(bench.sandbox.requests.filter(({ gateway }) => gateway === name)).not.toHaveLength(0);
	expect(paidRequests()).toHaveLength(0);
	expect(await readdir(bench.filesFolder)).toEqual(written);
});

test('the storage host gets no key', async () => {
	await runExample('seedream-three-gateways.json');
	const downloads = bench.sandbox.requests.filter(({ origin }) => origin === 'files');
	expect(downloads).toHaveLength(3);
	for (const { headers } of downloads) expect(headers).not.toHaveProperty('authorization');
});
