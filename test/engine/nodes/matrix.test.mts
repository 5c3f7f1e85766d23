/**
 * Every node, at every gateway, with every operation and every model that is known: on n8n's engine, against the sandbox,
 * which refuses what a page does not allow. The request is held against the description, the output against what
 * workflows rely on, and the matrix is printed.
 */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { z } from 'zod';
import { gateways } from '../../../nodes/shared/gateways/registry.js';
import type { SandboxFile } from '../../../sandbox/behaviour.mjs';
import { runNode } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { operationsShown } from '../../support/form.mjs';
import { createNode } from '../../support/packageClasses.mjs';
import { picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED } from '../../support/wording.mjs';

const PROMPT = 'A red fox';
const DATA = expect.stringMatching(/^data:image\/png;base64,/);

const TASKS = ['createTask', 'generate', 'getResult', 'waitUntilDone'];

interface Cell {
	operations: readonly string[];
	/** What is sent for a model, with the form's own defaults: path and body. */
	sends: (model: string) => { path: string; body: unknown };
}

/** The models that refuse the fields of streams and sets, even with their defaults. */
const isSingle = (model: string) => /seedream-5-(5|0-(pro|flash))/.test(model);

const byteplusSeedream = (root: string) => (model: string) => ({
	path: `${root}/images/generations`,
	body: {
		model,
		prompt: PROMPT,
		size: '2K',
		...(isSingle(model) ? {} : { stream: true }),
		response_format: 'url',
		watermark: false,
	},
});

const byteplusSeedance = (root: string) => (model: string) => ({
	path: `${root}/contents/generations/tasks`,
	body: {
		model,
		content: [
			{ type: 'text', text: PROMPT },
			...(needsImage(model)
				? [{ type: 'image_url', image_url: { url: DATA }, role: 'first_frame' }]
				: []),
		],
		resolution: '720p',
		duration: 5,
		watermark: false,
	},
});

const gptunnelTask = (model: string) => ({
	path: '/v1/media/create',
	body: { model, prompt: PROMPT },
});
const openAi = (model: string) => ({
	path: '/v1/images/generations',
	body: { model, prompt: PROMPT },
});

/** What there is, by the descriptions: for each node, its gateways and their operations. */
const MATRIX: Record<string, Record<string, Cell>> = {
	Seedream: {
		gptunnel: {
			operations: ['generate', 'getBalance'],
			sends: (model) => ({
				path: '/v1/media/generate',
				body: { model, prompt: PROMPT, response_format: 'url', size: '2K' },
			}),
		},
		myRouter: {
			operations: ['generate'],
			sends: (model) => ({
				path: `/v3/${model}`,
				body: {
					prompt: PROMPT,
					size: '2K',
					sequential_image_generation: 'disabled',
					watermark: false,
				},
			}),
		},
		agentsFlare: { operations: ['generate'], sends: byteplusSeedream('/byteplus/v3') },
		modelArk: { operations: ['generate'], sends: byteplusSeedream('/api/v3') },
	},
	Seedance: {
		gptunnel: { operations: [...TASKS, 'getBalance'], sends: gptunnelTask },
		myRouter: {
			operations: TASKS,
			sends: (model) => ({
				path: `/v3/async/${model}`,
				body: {
					prompt: PROMPT,
					...(needsImage(model) ? { image: DATA } : {}),
					resolution: '720p',
					duration: 5,
					...(model.includes('v1.5') ? { watermark: false } : {}),
				},
			}),
		},
		agentsFlare: {
			operations: [...TASKS, 'cancel', 'list'],
			sends: byteplusSeedance('/byteplus/v3'),
		},
		modelArk: { operations: [...TASKS, 'cancel', 'list'], sends: byteplusSeedance('/api/v3') },
	},
	GptImage: {
		gptunnel: { operations: [...TASKS, 'getBalance'], sends: gptunnelTask },
		myRouter: { operations: ['generate'], sends: openAi },
		agentsFlare: { operations: ['generate'], sends: openAi },
	},
};

/** The models that make videos of images alone have it in their names. */
const needsImage = (model: string) => model.includes('i2v');

/** The output that workflows rely on; nothing else may be in it. */
const outputSchema = z
	.object({
		gateway: z.string(),
		model: z.string().optional(),
		taskId: z.string().optional(),
		status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired']),
		gatewayStatus: z.string().optional(),
		isDone: z.boolean(),
		url: z.string().url().optional(),
		expiresAt: z.string().datetime().optional(),
		index: z.number().int().optional(),
		count: z.number().int().optional(),
		fileName: z.string().optional(),
		mimeType: z.string().optional(),
		fileSize: z.number().int().positive().optional(),
		width: z.number().int().positive().optional(),
		height: z.number().int().positive().optional(),
		cost: z.number().optional(),
		createdAt: z.string().datetime().optional(),
		usage: z.record(z.number()).optional(),
		modelEndsAt: z.string().datetime().optional(),
	})
	.strict();
const balanceSchema = z
	.object({
		gateway: z.string(),
		balance: z.number(),
		creditLimit: z.number().optional(),
		currency: z.string(),
	})
	.strict();

const SERVICES = { Seedream: 'seedream', Seedance: 'seedance', GptImage: 'gptImage' } as const;
const nodeNames = z.enum(['Seedream', 'Seedance', 'GptImage']);
const FILES: Record<string, RegExp> = {
	Seedream: /^image\//,
	Seedance: /^video\/mp4$/,
	GptImage: /^image\//,
};

/** The models that a node lists at a gateway. */
function modelsOf(node: string, gatewayName: string): string[] {
	const gateway = gateways.find(({ name }) => name === gatewayName);
	return gateway?.[SERVICES[nodeNames.parse(node)]]?.models.map(({ id }) => id) ?? [];
}

/** The models that the gateway itself is known to refuse, since their maker has shut them down: nothing of them is sent. */
const refusedModels: Record<string, readonly string[]> = {
	modelArk: [
		'seedance-1-5-pro-251215',
		'seedance-1-0-lite-t2v-250428',
		'seedance-1-0-lite-i2v-250428',
	],
};
const isRefused = ({ gateway, model }: { gateway: string; model: string }) =>
	refusedModels[gateway]?.includes(model) ?? false;

const BUYS = ['generate', 'createTask', 'getResult', 'waitUntilDone', 'cancel', 'list'];
const ORDERS = ['generate', 'createTask'];
const cells = Object.entries(MATRIX).flatMap(([node, ofNode]) =>
	Object.entries(ofNode).flatMap(([gateway, { operations, sends }]) =>
		operations.flatMap((operation) =>
			(BUYS.includes(operation) ? modelsOf(node, gateway) : [''])
				.filter((model) => ORDERS.includes(operation) || !isRefused({ gateway, model }))
				.map((model) => ({ node, gateway, operation, model, sends })),
		),
	),
);

const { sandbox, credentials, charged } = useSandbox({ taskSeconds: 0 });
/** One video for all: each takes a second to draw. */
let video: SandboxFile;
const held = new Set<string>();
beforeAll(async () => {
	sandbox().behaviour.taskSeconds = 0;
	const model = { __rl: true, mode: 'id', value: 'seedance-1-pro-480P-5s' };
	const made = await run('Seedance', { gateway: 'gptunnel', prompt: PROMPT, model });
	const head = await made.binary(made.items[0]?.[0]);
	video = { head, length: head.length };
});
afterAll(print);

const keyOf = ({ node, gateway, operation, model }: Omit<(typeof cells)[number], 'sends'>) =>
	[node, gateway, operation, model].join(' ');

/** The matrix, as far as it was seen to hold. */
function print(): void {
	const lines = Object.entries(MATRIX).flatMap(([node, ofNode]) =>
		Object.entries(ofNode).map(([gateway, { operations }]) => {
			const counts = operations.map((operation) => {
				const own = cells.filter(
					(cell) => cell.node === node && cell.gateway === gateway && cell.operation === operation,
				);
				return `${operation} ${own.filter((cell) => held.has(keyOf(cell))).length}/${own.length}`;
			});
			return `${node.padEnd(9)} ${gateway.padEnd(12)} ${counts.join(' · ')}`;
		}),
	);
	process.stdout.write(
		`\nnode × gateway × operation, models that hold:\n${lines.join('\n')}\n${held.size} of ${cells.length} cells\n`,
	);
}

async function run(node: string, parameters: INodeParameters) {
	const result = await runNode({ node, parameters, credentials: credentials() });
	expect(result.error).toBeUndefined();
	return result;
}

it('has a cell for all that the forms offer, and for nothing else', () => {
	for (const node of nodeNames.options) {
		const { description } = createNode(node);
		const offered = gateways.flatMap(({ name, [SERVICES[node]]: service }) =>
			service ? [[name, operationsShown(description, name)] as const] : [],
		);
		const sorted = Object.entries(MATRIX[node] ?? {}).map(([name, { operations }]) => [
			name,
			[...operations].sort(),
		]);
		expect(offered.map(([name, operations]) => [name, [...operations].sort()])).toEqual(sorted);
	}
	expect(cells.length).toBeGreaterThan(100);
});

it.each(cells)('$node, $gateway, $operation, $model', async (cell) => {
	const { node, gateway, operation, model, sends } = cell;
	if (node === 'Seedance') sandbox().behaviour.file = video;
	const link = sandbox().addFile('fox.png', await picture(640, 360), 'image/png');
	const order: INodeParameters = {
		gateway,
		prompt: PROMPT,
		// A task that is done at once is not waited for any longer.
		options: { pollInterval: 0.2 },
		model: { __rl: true, mode: 'list', value: model },
		...(needsImage(model) ? { images: { image: [{ source: 'url', url: link }] } } : {}),
	};
	if (isRefused(cell)) {
		const { error } = await runNode({
			node,
			parameters: { ...order, operation },
			credentials: credentials(),
		});
		expect(error?.message).toMatch(/^Model: .* was shut down by its maker on /);
		expect(error?.description).toMatch(new RegExp(`^Choose .* instead\\. ${NOTHING_CHARGED}$`));
		expect(
			sandbox().requests.filter(({ path }) => path !== '/fox.png' && !path.includes('fox')),
		).toEqual([]);
		held.add(keyOf(cell));
		return;
	}
	/** What an operation on a task brings of one that was just ordered. */
	const ofTask = async (): Promise<{ json: IDataObject; hasFile: boolean }> => {
		if (operation === 'cancel') sandbox().behaviour.taskSeconds = 60;
		const created = await run(node, { ...order, operation: 'createTask' });
		const taskId = String(created.items[0]?.[0]?.json.taskId);
		const { items } = await run(node, { gateway, operation, taskId });
		const item = items[0]?.find(({ json }) => json.taskId === taskId);
		return { json: item?.json ?? {}, hasFile: item?.binary !== undefined };
	};
	const once = async (): Promise<{ json: IDataObject; hasFile: boolean }> => {
		const { items } = await run(node, { ...order, operation });
		expect(items[0]).toHaveLength(1);
		return { json: items[0]?.[0]?.json ?? {}, hasFile: items[0]?.[0]?.binary?.data !== undefined };
	};

	if (operation === 'getBalance') {
		const { json } = await once();
		expect(balanceSchema.parse(json)).toMatchObject({ gateway });
		expect(charged()).toHaveLength(0);
	} else {
		const { json, hasFile } = await (['generate', 'createTask'].includes(operation)
			? once()
			: ofTask());
		const seen = outputSchema.parse(json);
		const status = { createTask: 'queued', cancel: 'cancelled' }[operation] ?? 'succeeded';
		expect(seen).toMatchObject({ gateway, status, isDone: operation !== 'createTask' });
		const bringsFile = ['generate', 'getResult', 'waitUntilDone'].includes(operation);
		expect(hasFile).toBe(bringsFile);
		if (bringsFile) expect(seen.mimeType).toMatch(FILES[node] ?? /^$/);
		expect(charged().map(({ method, path, body }) => ({ method, path, body }))).toEqual([
			{ method: 'POST', ...sends(model) },
		]);
	}
	held.add(keyOf(cell));
});
