/** What the forms offer of a gateway is what the code that talks to it has. */
import { GptImage } from '../../../nodes/GptImage/GptImage.node.js';
import { Seedance } from '../../../nodes/Seedance/Seedance.node.js';
import { Seedream } from '../../../nodes/Seedream/Seedream.node.js';
import { offers } from '../../../nodes/shared/gateways/offers.js';
import { gateways } from '../../../nodes/shared/gateways/registry.js';
import type { Gateway, GenerationService } from '../../../nodes/shared/gateways/types.js';

const SERVICES = ['seedream', 'seedance', 'gptImage'] as const;
const NODES = { seedream: Seedream, seedance: Seedance, gptImage: GptImage };

it('both lists have the same gateways, in the same order', () =>
	expect(gateways.map(({ name }) => name)).toEqual(offers.map(({ name }) => name)));

/** What follows from how the gateway is talked to. */
const taskFeaturesOf = ({ tasks }: GenerationService) =>
	tasks && {
		list: tasks.list !== undefined,
		cancel: tasks.cancel !== undefined,
		calls: tasks.parseCallback !== undefined,
	};

it.each(offers.map((offer): [string, typeof offer] => [offer.name, offer]))(
	'%s: is offered as it is',
	(name, offer) => {
		const gateway = gateways.find((one): one is Gateway => one.name === name);
		expect(gateway).toMatchObject(offer);
		expect(offer.tellsBalance === true).toBe(gateway?.balance !== undefined);
		for (const service of SERVICES) {
			const talked: GenerationService | undefined = gateway?.[service];
			const { callback, ...features } = offer[service]?.taskFeatures ?? {};
			const offered = offer[service]?.taskFeatures && {
				...features,
				calls: callback !== undefined,
			};
			expect(offered).toEqual(talked && taskFeaturesOf(talked));
			expect(offer[service] === undefined).toBe(talked === undefined);
		}
	},
);

it.each(gateways.flatMap(({ name, seedance }) => (seedance ? [[name, seedance] as const] : [])))(
	'%s: is told of a callback URL where the form has one',
	(_name, seedance) => {
		const callbackUrl = 'https://n8n.test/webhook/changed';
		const { body } = seedance.buildRequest({
			model: seedance.models[0].id,
			prompt: 'A fox',
			images: [],
			roles: [],
			aspectRatio: 'auto',
			resolution: 'auto',
			duration: 0,
			options: {},
			videos: [],
			audios: [],
			callbackUrl,
		});
		expect(Object.values(body ?? {}).includes(callbackUrl)).toBe(
			seedance.taskFeatures?.callback !== undefined,
		);
	},
);

it.each(SERVICES)('%s: the node takes calls where a gateway of it calls', (service) => {
	const calls = offers.some((offer) => offer[service]?.taskFeatures?.callback !== undefined);
	const node = new NODES[service]();
	expect(node.description.webhooks !== undefined).toBe(calls);
	expect('webhook' in node).toBe(calls);
});
