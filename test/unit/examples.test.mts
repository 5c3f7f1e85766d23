/** The example workflows name models that live. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { gateways } from '../../nodes/shared/gateways/registry.js';
import { lifeOf } from '../../nodes/shared/generation/modelCatalog.js';

const folder = path.join(__dirname, '..', '..', 'examples');
/** The day after OpenAI ends the last of its models of version 1. */
const NOW = new Date('2026-12-02T00:00:00Z');

/** Where a gateway has no model that is known to live. */
const EXCEPTIONS = ['gptunnel gpt-image-1-low'];

const SERVICES = {
	'n8n-nodes-seedream.seedream': 'seedream',
	'n8n-nodes-seedream.seedance': 'seedance',
	'n8n-nodes-seedream.gptImage': 'gptImage',
} as const;
const locatorSchema = z.object({ value: z.string(), cachedResultName: z.string().optional() });
const workflowSchema = z.object({
	nodes: z.array(
		z.object({
			name: z.string(),
			type: z.string(),
			parameters: z
				.object({ gateway: z.string().default('gptunnel'), model: locatorSchema.optional() })
				.passthrough(),
		}),
	),
});

/** Every node of ours in the examples, with what it says of its model. */
const nodes = readdirSync(folder).flatMap((file) => {
	const workflow = workflowSchema.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
	return workflow.nodes.flatMap(({ name, type, parameters }) => {
		const service = Object.entries(SERVICES).find(
			([full]) => type.replace('Tool', '') === full,
		)?.[1];
		return service === undefined ? [] : [{ place: `${file}, ${name}`, service, ...parameters }];
	});
});

it('each is read', () => {
	expect(nodes.length).toBeGreaterThanOrEqual(readdirSync(folder).length);
});

it.each(nodes)('$place: a living model, by the name that it has', ({ service, gateway, model }) => {
	const { models } = gateways.find(({ name }) => name === gateway)?.[service] ?? {};
	// Without a model it is the default.
	const known = models?.find(({ id }) => id === (model?.value || models[0].id));
	expect(known).toBeDefined();
	if (!known) return;
	expect(EXCEPTIONS.includes(`${gateway} ${known.id}`) ? 'living' : lifeOf(known, NOW)).toBe(
		'living',
	);
	if (model?.cachedResultName) expect(model.cachedResultName).toBe(known.name);
});

it('the exceptions are needed', () => {
	for (const exception of EXCEPTIONS) {
		const [gateway, id] = exception.split(' ');
		const known = gateways.find(({ name }) => name === gateway)?.gptImage?.models;
		expect(known?.find((model) => model.id === id)?.end).toBeDefined();
		expect(known?.filter((model) => lifeOf(model, NOW) === 'living')).toEqual([]);
	}
});
