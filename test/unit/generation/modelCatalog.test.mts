/** What the catalog says of models on a given day: which live, which end, and what is chosen where nobody chooses. */
import type { ModelOffer } from '../../../nodes/shared/gateways/types.js';
import {
	gateways,
	gptImageServices,
	seedanceServices,
	seedreamServices,
	type GatewayService,
} from '../../../nodes/shared/gateways/registry.js';
import { checkLife } from '../../../nodes/shared/parameters/choices.js';
import { modelChoices } from '../../../nodes/shared/account/searchModels.js';
import type { Known, MediaModel } from '../../../nodes/shared/generation/request.js';
import {
	endDate,
	lifeOf,
	priceMark,
	replacementFor,
	whenEnded,
} from '../../../nodes/shared/generation/modelCatalog.js';

const TODAY = new Date('2026-11-29T12:00:00Z');
const IN_DECEMBER = new Date('2026-12-01T00:00:00Z');

const OFFERS: ReadonlyArray<
	readonly [node: string, servers: ReadonlyArray<GatewayService<ModelOffer>>]
> = [
	['Seedream', seedreamServices],
	['Seedance', seedanceServices],
	['GPT Image', gptImageServices],
];
const offers = OFFERS.flatMap(([node, servers]) =>
	servers.map((server) => ({ node, ...server, name: `${node} at ${server.gateway.displayName}` })),
);
const offerOf = (name: string) => {
	const found = offers.find((offer) => offer.name === name);
	if (!found) throw new Error(`No ${name}`);
	return found;
};
const all = ({ models, otherNames }: ModelOffer): ReadonlyArray<Known<MediaModel>> => [
	...models,
	...(otherNames?.() ?? []),
];
const livesOn = (model: Known<MediaModel>, now: Date) => lifeOf(model, now) === 'living';
const names = (name: string, listed: readonly string[] | undefined, now: Date) =>
	modelChoices(offerOf(name), listed, now).map((choice) => String(choice.name));

describe('the default of each gateway', () => {
	/** Where no model is known that lives: the gateway's own stay in the list, marked. */
	const WITHOUT_A_LIVING_MODEL = ['GPT Image at GPTunnel'];

	it('lives, wherever one is known that does', () => {
		for (const now of [TODAY, IN_DECEMBER]) {
			const dying = offers.filter(({ service }) => !livesOn(service.models[0], now));
			expect(dying.map(({ name }) => name)).toEqual(WITHOUT_A_LIVING_MODEL);
			expect(
				dying.filter(({ service }) => service.models.some((model) => livesOn(model, now))),
			).toEqual([]);
		}
	});

	it('is never the most expensive', () => {
		for (const { name, service } of offers)
			expect([name, priceMark(service.models[0], service.models, TODAY)]).not.toEqual([
				name,
				'most expensive',
			]);
	});

	it('is first in the list of the form, where it lives', () => {
		for (const offer of offers.filter(({ name }) => !WITHOUT_A_LIVING_MODEL.includes(name))) {
			expect(modelChoices(offer, undefined, TODAY)[0]?.value).toBe(offer.service.models[0].id);
		}
	});
});

describe('a line of the catalog', () => {
	it('has an id of its own, and a date that is one', () => {
		for (const { name, service } of offers) {
			const ids = all(service).map(({ id }) => id);
			expect([name, ids]).toEqual([name, [...new Set(ids)]]);
			for (const { id, end } of all(service))
				if (end)
					expect([name, id, end.at, Number.isNaN(Date.parse(end.at))]).toEqual([
						name,
						id,
						end.at,
						false,
					]);
		}
	});

	it('names a replacement that the gateway has, and that lives on', () => {
		for (const { name, service } of offers) {
			for (const { id, end } of all(service)) {
				if (end?.replacement === undefined) continue;
				const replacement = all(service).find((model) => model.id === end.replacement);
				expect([name, id, replacement?.id, replacement?.end]).toEqual([
					name,
					id,
					end.replacement,
					undefined,
				]);
			}
		}
	});

	it('is ended by the gateway alone where it is the maker’s own, and is not known to be refused by a reseller', () => {
		const refusing = offers.flatMap(({ gateway, service }) =>
			all(service).flatMap(({ id, end }) => (end?.isRefused ? [`${gateway.name} ${id}`] : [])),
		);
		expect(refusing.filter((line) => !line.startsWith('modelArk '))).toEqual([
			'gptunnel seedream-3',
		]);
	});

	it('is in the list of living models, ending ones and dead ones, in this order', () => {
		for (const offer of offers) {
			const lives = modelChoices(offer, undefined, TODAY).map(({ value }) => {
				const model = all(offer.service).find(({ id }) => id === value);
				return model ? lifeOf(model, TODAY) : 'unknown';
			});
			const order = ['living', 'ending', 'ended'];
			expect([offer.name, lives]).toEqual([
				offer.name,
				[...lives].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
			]);
			expect(lives.length).toBeGreaterThan(0);
		}
	});
});

it('what changes on December 1, 2026: two of AgentsFlare’s have ended then, and none begins to live', () => {
	const lives = (now: Date) =>
		Object.fromEntries(
			offerOf('GPT Image at AgentsFlare').service.models.map((model) => [
				model.id,
				lifeOf(model, now),
			]),
		);
	expect(lives(TODAY)).toEqual({
		'gpt-image-2': 'living',
		'gpt-image-2.6-flare': 'living',
		'gpt-image-2.6-sunburst': 'living',
		'gpt-image-2.5-flare': 'living',
		'gpt-image-2.5-sunburst': 'living',
		'gpt-image-1.5': 'ending',
		'gpt-image-1': 'ended',
	});
	const changed = gateways.flatMap(({ name, seedream, seedance, gptImage }) =>
		[seedream, seedance, gptImage].flatMap((service) =>
			(service ? all(service) : [])
				.filter((model) => lifeOf(model, TODAY) !== lifeOf(model, IN_DECEMBER))
				.map((model) => `${name} ${model.id}: ${lifeOf(model, IN_DECEMBER)}`),
		),
	);
	expect(changed).toEqual([
		'gptunnel gpt-image-1.5: ended',
		'gptunnel gpt-image-1.5-low: ended',
		'myRouter gpt-image-1.5: ended',
		'agentsFlare gpt-image-1.5: ended',
		'agentsFlare gpt-image-1.5-2025-12-16: ended',
		'agentsFlare gpt-image-1-mini: ended',
		'agentsFlare chatgpt-image-latest: ended',
	]);
});

describe('the list of the form', () => {
	it('marks what ends within 60 days, and what has ended', () => {
		const list = names('GPT Image at AgentsFlare', undefined, TODAY);
		expect(list.slice(-2)).toEqual([
			'GPT Image 1.5, ends December 1, 2026 (gpt-image-1.5)',
			'GPT Image 1, shut down by its maker on October 23, 2026; the gateway may serve another (gpt-image-1)',
		]);
		expect(names('Seedance at BytePlus ModelArk', undefined, TODAY).at(-1)).toBe(
			'Seedance 1.0 Lite, Image to Video, shut down by its maker on May 13, 2026 (seedance-1-0-lite-i2v-250428)',
		);
	});

	it('says which is the cheapest and which the most expensive, of those that live', () => {
		const marked = (name: string) =>
			names(name, undefined, TODAY)
				.filter((line) => /, the (cheapest|most expensive)/.test(line))
				.map((line) => line.replace(/ \(.*\)/, ''));
		expect(marked('Seedream at BytePlus ModelArk')).toEqual([
			'Seedream 5.0 Pro, the most expensive',
			'Seedream 5.0 Flash, the cheapest',
		]);
		expect(marked('Seedance at BytePlus ModelArk')).toEqual([
			'Seedance 2.5, the most expensive',
			'Seedance 1.0 Pro Fast, the cheapest',
		]);
		expect(marked('Seedance at GPTunnel')).toEqual([
			'Seedance 1 Pro, 1080P, 10 s, the most expensive',
			'Seedance 1 Pro, 480P, 5 s, the cheapest',
		]);
		expect(marked('Seedream at AgentsFlare')).toEqual([]);
	});

	it('has what the gateway lists and nobody here knows, and says what it does not list', () => {
		const list = names(
			'Seedream at BytePlus ModelArk',
			['seedream-4-5-251128', 'seedream-6-0-270101', 'seedream-5-0-lite-260128'],
			TODAY,
		);
		expect(list.slice(0, 4)).toEqual([
			'Seedream 4.5 (seedream-4-5-251128)',
			'Seedream 5.0 Lite (seedream-5-0-lite-260128)',
			'seedream-6-0-270101, listed by BytePlus ModelArk',
			'Seedream 5.5, not listed (dola-seedream-5-5-261028)',
		]);
		expect(list).toHaveLength(8);
	});

	it('knows what a model is called at Volcengine Ark, and that three have ended there', () => {
		const list = names(
			'Seedream at BytePlus ModelArk',
			['doubao-seedream-5-0-flash-260915', 'doubao-seedream-4-0-250828'],
			TODAY,
		);
		expect(list[0]).toBe('Seedream 5.0 Flash (doubao-seedream-5-0-flash-260915)');
		expect(list.at(-1)).toBe(
			'Seedream 4.0, shut down by its maker on November 24, 2026 (doubao-seedream-4-0-250828)',
		);
	});

	it('is never empty', () => {
		for (const offer of offers)
			for (const listed of [undefined, [], ['nothing-that-is-known']])
				expect(modelChoices(offer, listed, TODAY).length).toBeGreaterThanOrEqual(1);
	});
});

describe('a model that has ended', () => {
	const refusal = (name: string, id: string, now: Date) => {
		try {
			checkLife(offerOf(name).service, id, now);
			return undefined;
		} catch (error) {
			return Object(error).failure;
		}
	};

	it('is refused where the gateway is known to refuse it, from its last moment on', () => {
		const id = 'seedance-1-5-pro-251215';
		expect(
			refusal('Seedance at BytePlus ModelArk', id, new Date('2026-11-11T08:59:59Z')),
		).toBeUndefined();
		expect(
			refusal('Seedance at BytePlus ModelArk', id, new Date('2026-11-11T09:00:00Z')),
		).toMatchObject({
			kind: 'invalidInput',
			parameter: 'Model',
			message: `Seedance 1.5 Pro (${id}) was shut down by its maker on November 11, 2026`,
			advice: 'Choose Seedance 2.0 Mini (dreamina-seedance-2-0-mini-260615) instead.',
		});
		expect(refusal('Seedance at AgentsFlare', id, TODAY)).toBeUndefined();
		expect(
			refusal('Seedream at BytePlus ModelArk', 'doubao-seedream-4-5-251128', TODAY),
		).toMatchObject({
			advice: 'Choose Seedream 5.0 Pro (doubao-seedream-5-0-pro-260628) instead.',
		});
		expect(refusal('Seedream at GPTunnel', 'seedream-3', TODAY)).toMatchObject({
			message: 'Seedream 3 (seedream-3) was shut down by its maker in May 2026',
		});
	});

	it('is told in words that hold in every time zone', () => {
		expect([
			endDate({ at: '2026-11-24T06:00:00Z' }),
			whenEnded({ at: '2026-05' }),
			whenEnded({ at: '2026-05-13' }),
		]).toEqual(['November 24, 2026', 'in May 2026', 'on May 13, 2026']);
		expect(replacementFor({ id: 'a', name: 'A', source: 'page', end: { at: '2026-05' } }, [])).toBe(
			'Choose another model from the list.',
		);
	});
});
