import type { IExecuteFunctions } from 'n8n-workflow';
import type { z } from 'zod';
import { knownModel, getGatewayService } from './choices';
import type { CommonForm } from './common';
import {
	checkedReferences,
	namesOf,
	referencesOf,
	type Reference,
	type SpecialReference,
} from './inputImages';
import { readParameters } from './read';
import { taskIdFrom } from './schemas';
import type { Gateway, GenerationService } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import type { ItemFailure } from '../output/nodeError';
import type { ReferenceCache } from '../files/referenceCache';
import { loadCredentials } from '../transport/session';
import { hashRequest, type PurchaseLedger } from '../ledger/purchaseLedger';
import type { BoundRequest, Job, PreparedRequest } from '../execution/job';
import { isPrivateAddress } from '../transport/privateAddress';
import { invalidInput } from '../errors/failure';
import { isLink } from '../media/url';
import type { ReferenceRules } from '../generation/request';

/** A link that the gateway reads itself, and what the form calls its field. */
interface HandedOn {
	label: string;
	url: string;
}

/** What was asked for, checked as far as it can be before any image is read. */
export interface Wish {
	/** The model's id on the wire. */
	model: string;
	/** All that the form says, to tell it from others. */
	request: unknown;
	/** Whether several files may come of it. */
	isSet: boolean;
	/** How many files are asked for, at most. */
	maxFiles: number;
	/** What the model asks of input images, where that is not what the service asks. */
	rules?: ReferenceRules;
	/** Links that the gateway reads itself, besides those of images, and what the form calls them. */
	handedOn?: readonly HandedOn[];
	/** An image besides the others, which comes last. */
	last?: SpecialReference;
	/**
	 * Refuses what the model or the gateway would refuse. What was bought before is not held back by it.
	 * @throws MediaError of kind `invalidInput`
	 */
	check(): void;
	/** @param images the input images as the gateway gets them */
	bind(images: string[]): BoundRequest;
}

/** What a node makes: who makes it, what its form has, and how the form becomes a request. */
export interface GenerationNode<Service extends ServiceBasics, Form extends CommonForm> {
	/** The gateways that the node can choose from. */
	services: ReadonlyArray<GatewayService<Service>>;
	/** What the form of one item has to be. */
	schema: z.ZodType<Form, z.ZodTypeDef, unknown>;
	/** What holds where a parameter is hidden. */
	hiddenDefaults: Record<keyof Form, unknown>;
	/** @throws MediaError of kind `invalidInput` when the model is one of another gateway */
	wish(form: Form, references: readonly Reference[], gatewayService: GatewayService<Service>): Wish;
}

/** What every gateway's way to make something has. */
export type ServiceBasics = Pick<
	GenerationService,
	'imagesLabel' | 'references' | 'tasks' | 'models' | 'otherNames' | 'anyModel'
>;

/** One item of a node, and what it shares with the others. */
export interface ItemPlace {
	context: IExecuteFunctions;
	itemIndex: number;
	cache: ReferenceCache;
	ledger: PurchaseLedger;
}

const GOAL_OF: Record<CommonForm['operation'], Job['goal']> = {
	generate: 'result',
	createTask: 'submitted',
	getResult: 'status',
	waitUntilDone: 'result',
};

/** Whether an operation of the form waits for what the gateway makes. */
export const waits = (operation: unknown): boolean =>
	Object.entries(GOAL_OF).some(([name, goal]) => name === operation && goal === 'result');

/**
 * Turns the form of one item into a job: everything is read and checked, nothing is sent to the gateway.
 * Never throws: what is wrong with the item comes back in the job's place.
 */
export async function prepareJob<Service extends ServiceBasics, Form extends CommonForm>(
	place: ItemPlace,
	node: GenerationNode<Service, Form>,
): Promise<Job | ItemFailure> {
	const { context, itemIndex } = place;
	let known: { gateway?: Job['gateway'] } = {};
	try {
		const gatewayService = getGatewayService(node.services, context, itemIndex);
		known = { gateway: gatewayService.gateway };
		const { tasks, imagesLabel } = gatewayService.service;
		const form = readParameters(context, itemIndex, node.schema, node.hiddenDefaults, imagesLabel);
		if (form.operation !== 'generate' && !tasks)
			throw invalidInput(
				'Operation',
				`${gatewayService.gateway.displayName} answers with the result itself and has no tasks: choose Generate`,
			);
		const takesUp = form.operation === 'getResult' || form.operation === 'waitUntilDone';
		return {
			itemIndex,
			gateway: gatewayService.gateway,
			start: takesUp
				? { taskId: taskIdFrom(form.taskId) }
				: await prepareRequest(place, node, gatewayService, form),
			...(tasks ? { tasks } : {}),
			goal: GOAL_OF[form.operation],
			endOf: (model) => knownModel(gatewayService.service, model)?.end?.at,
			output: form.options,
		};
	} catch (error) {
		return { itemIndex, error, ...known };
	}
}

async function prepareRequest<Service extends ServiceBasics, Form extends CommonForm>(
	place: ItemPlace,
	node: GenerationNode<Service, Form>,
	gatewayService: GatewayService<Service>,
	form: Form,
): Promise<PreparedRequest> {
	const { context, itemIndex, cache, ledger } = place;
	const { imagesLabel: label, references: ofService } = gatewayService.service;
	const references = referencesOf(
		form.images,
		label,
		form.options.handLinksOn || ofService.linksOnly === true,
	);
	const {
		model,
		request,
		isSet,
		maxFiles,
		rules = ofService,
		handedOn = [],
		last,
		check,
		bind,
	} = node.wish(form, references, gatewayService);
	const all = [...references, ...(last ? [last.reference] : [])];
	// A mask is another thing than one image more.
	const digest = hashRequest([
		gatewayService.gateway.name,
		request,
		namesOf(all, context, itemIndex),
		...(last ? [last.label] : []),
	]);
	const isBought = ledger.of(itemIndex, digest).isSettled();
	if (!isBought) {
		check();
		const images = references.flatMap((reference) =>
			reference.source === 'url' && reference.asLink ? [{ label, url: reference.url }] : [],
		);
		await checkHandedOn(place, gatewayService.gateway, [...images, ...handedOn]);
	}
	return {
		model,
		requestHash: digest,
		isSet,
		maxFiles,
		// What was bought in an earlier try needs its images no more, and they may be gone.
		references: isBought
			? []
			: await checkedReferences(
					{ context, itemIndex, label, rules, cache },
					references,
					last,
					form.options.timeout,
				),
		bind,
	};
}

/**
 * Refuses links that the gateway could not read.
 * @throws MediaError of kind `invalidInput` for one into a private network, unless the gateway is in one, too
 */
async function checkHandedOn(
	{ context, itemIndex }: ItemPlace,
	gateway: Gateway,
	urls: readonly HandedOn[],
): Promise<void> {
	const suspects = urls.filter(({ url }) => isLink(url) && isPrivateAddress(url));
	if (suspects.length === 0) return;
	const { allowsPrivateNetwork } = await loadCredentials(context, gateway, itemIndex);
	const [unreadable] = allowsPrivateNetwork ? [] : suspects;
	if (!unreadable) return;
	throw invalidInput(
		unreadable.label,
		`${new URL(unreadable.url).host} is in a private network, where ${gateway.displayName} cannot read it`,
		'Give a public link, or, for an image, the file itself.',
	);
}
