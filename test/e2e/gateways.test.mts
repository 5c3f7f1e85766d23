/** Each node at each gateway, the packed package in a real n8n: what is ordered is paid once, and its file comes whole. */
import { z } from 'zod';
import { GATEWAYS } from '../../tools/gateways.mjs';
import type { WorkflowJson } from '../../tools/n8nClient.mjs';
import * as support from './support/bench.mjs';

let bench: support.Bench;
beforeAll(async () => {
	bench = await support.setUpBench();
});
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour.taskSeconds = 1;
});
afterAll(async () => await bench?.sandbox.close());

const MODELS = {
	seedream: {
		gptunnel: 'seedream-4',
		myRouter: 'seedream-4.5',
		agentsFlare: 'seedream-5-0-260128',
		modelArk: 'seedream-4-5-251128',
	},
	seedance: {
		gptunnel: 'seedance-1-pro-1080P-5s',
		myRouter: 'seedance-v1-pro-i2v',
		agentsFlare: 'dreamina-seedance-2-0-mini-260615',
		modelArk: 'dreamina-seedance-2-0-fast-260128',
	},
	gptImage: { gptunnel: 'gpt-image-1-low', myRouter: 'gpt-image-2', agentsFlare: 'gpt-image-2' },
} as const;

/** Every node, with a file of the item wherever it takes one. */
const CASES = Object.entries(MODELS).flatMap(([node, models]) =>
	GATEWAYS.flatMap((gateway) => {
		const { [gateway.name]: model } = z.record(z.string()).parse(models);
		return model === undefined
			? []
			: [{ node, gateway, model, title: `${node} at ${gateway.displayName}` }];
	}),
);

/** A small picture is drawn by one node, and goes to the other: a file of the item, as most have it. */
function workflowOf({ node, gateway, model }: (typeof CASES)[number]): WorkflowJson {
	const credentials = (name: string) =>
		Object.fromEntries(
			GATEWAYS.filter((one) => one.name === name).map((one) => [
				one.credentialType,
				{ id: null, name: one.credentialName },
			]),
		);
	const chain = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Photo',
			type: 'n8n-nodes-seedream.seedream',
			typeVersion: 1,
			parameters: {
				gateway: 'myRouter',
				prompt: 'A red fox',
				resolution: '1K',
				aspectRatio: '16:9',
			},
			credentials: credentials('myRouter'),
		},
		{
			name: 'Made',
			type: `n8n-nodes-seedream.${node}`,
			typeVersion: 1,
			parameters: {
				gateway: gateway.name,
				prompt: 'A red fox',
				model: { __rl: true, mode: 'list', value: model },
				images: { image: [{ source: 'binary', binaryPropertyName: 'data' }] },
				...(node === 'seedance' ? { resolution: '480p' } : {}),
			},
			credentials: credentials(gateway.name),
		},
	];
	return {
		name: `${node} at ${gateway.displayName}`,
		nodes: chain.map((one, index) => ({ ...one, id: `node-${index}`, position: [index * 220, 0] })),
		connections: {
			Start: { main: [[{ node: 'Photo', type: 'main', index: 0 }]] },
			Photo: { main: [[{ node: 'Made', type: 'main', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

const resultSchema = z.object({
	gateway: z.string(),
	status: z.literal('succeeded'),
	isDone: z.literal(true),
	fileSize: z.number(),
	mimeType: z.string(),
});

test.each(CASES)('$title', async (one) => {
	const execution = await bench.n8n.runWorkflow(await support.importInto(bench, workflowOf(one)));
	expect(execution.error).toBeUndefined();
	const [item] = execution.itemsOf('Made');
	const { gateway, fileSize, mimeType } = resultSchema.parse(item?.json);
	expect(gateway).toBe(one.gateway.name);
	expect(mimeType).toMatch(one.node === 'seedance' ? /^video\/mp4$/ : /^image\//);
	// What came as base64 has no link to compare it with.
	if (item?.json.url !== undefined) await support.expectFile(bench, item);
	expect((await bench.n8n.readBinary(item?.binary?.data?.id ?? '')).length).toBe(fileSize);
	expect(support.paidRequests(bench.sandbox).map((request) => request.gateway)).toEqual([
		'myRouter',
		one.gateway.name,
	]);
});
