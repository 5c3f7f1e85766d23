import type { IExecuteFunctions } from 'n8n-workflow';
import { adviseOnModel, checkLife, getModel } from './choices';
import type { CommonParams } from './common';
import type { GatewayUrl, GenerationNode, UnboundRequest } from './generationNode';
import { checkReferences, identifyReferences, readReferences } from './inputImages';
import type { GatewayService } from '../gateways/registry';
import type { Gateway, GenerationService } from '../gateways/types';
import type { ReferenceCache } from '../files/referenceCache';
import { loadCredentials } from '../transport/session';
import { hashRequest, type PurchaseLedger } from '../ledger/purchaseLedger';
import type { BoundRequest, PreparedRequest, ResumeUrl } from '../execution/job';
import { isPrivateAddress } from '../transport/privateAddress';
import { invalidInput, type Failure } from '../errors/failure';
import { isLink } from '../media/url';
import { CALLBACK_URL, IMAGES } from '../generation/labels';
import type { MediaRequest } from '../generation/request';

/** One item of a node, and what it shares with the others. */
export interface ItemContext {
	context: IExecuteFunctions;
	itemIndex: number;
	cache: ReferenceCache;
	ledger: PurchaseLedger;
	/** Where the gateway can call to resume the execution, once it is paused. */
	resumeUrl?: ResumeUrl | undefined;
}

/**
 * Builds the request of one item and reads its input images, so that nothing is submitted that would be rejected.
 * @throws GenerationError of kind `invalidInput`, with the label `IMAGES` for the input images, or `cancelled`
 */
export async function prepareRequest(
	item: ItemContext,
	node: GenerationNode,
	{ gateway, service }: GatewayService<GenerationService>,
	params: CommonParams,
): Promise<PreparedRequest> {
	const { context, itemIndex, cache, ledger } = item;
	const asLink = params.options.handLinksOn || service.references.linksOnly === true;
	const inputImages = readReferences(params.images, IMAGES, asLink);
	const model = getModel(node.services, { gateway, service }, params.model);
	const selection = { service, model, inputImages };
	const unbound = node.toRequest(params, selection);
	const { request, mask, imageRules = service.references, gatewayUrls = [] } = unbound;
	const now = new Date();
	const requestHash = hashRequest([
		gateway.name,
		request,
		identifyReferences([...inputImages, ...(mask ? [mask.reference] : [])], context, itemIndex),
		// A mask is not the same as one more input image.
		...(mask ? [mask.label] : []),
	]);
	const chosenUrl = readCallbackUrl(params, service);
	const isPurchased = ledger.of(itemIndex, requestHash).isSettled();
	const resumeUrl = isPurchased ? undefined : await findCallableResumeUrl(item, gateway, service);
	const callbackUrl = chosenUrl ?? resumeUrl?.url;
	if (!isPurchased) {
		checkLife(service, model.id, now);
		node.validate(unbound, params, selection);
		const imageUrls = inputImages.flatMap((image) =>
			image.source === 'url' && image.asLink ? [{ label: IMAGES, url: image.url }] : [],
		);
		const calledUrls =
			chosenUrl === undefined ? [] : [{ label: CALLBACK_URL, url: chosenUrl, isCalled: true }];
		await checkGatewayUrls(item, gateway, [...imageUrls, ...gatewayUrls, ...calledUrls]);
	}
	return {
		modelId: model.id,
		requestHash,
		producesSet: unbound.producesSet,
		maxFiles: unbound.maxFiles,
		...(resumeUrl === undefined ? {} : { resumeUrl }),
		// A request that was already purchased does not need its images again; they may no longer exist.
		inputImages: isPurchased
			? []
			: await checkReferences(
					{ context, itemIndex, label: service.inputImagesLabel, rules: imageRules, cache },
					inputImages,
					mask,
					params.options.timeout,
				),
		bind: (images) =>
			bindRequest(
				service,
				callbackUrl === undefined ? unbound : { ...unbound, request: { ...request, callbackUrl } },
				images,
				adviseOnModel(service, model.id, now),
			),
	};
}

/**
 * Reads the address that the gateway is to call. It is no part of the purchase, since what is generated is the same.
 * @throws GenerationError of kind `invalidInput` if it is no URL
 */
function readCallbackUrl(
	{ operation, options }: CommonParams,
	{ taskFeatures }: GenerationService,
): string | undefined {
	const url = options.callbackUrl.trim();
	if (url === '' || operation !== 'createTask' || !taskFeatures?.callback) return undefined;
	if (isLink(url)) return url;
	throw invalidInput(CALLBACK_URL, `${url.slice(0, 100)} is not an http or https URL`);
}

const isEncrypted = ({ url }: ResumeUrl): boolean => new URL(url).protocol === 'https:';

/** Returns the URL that resumes the execution, unless the gateway could not call it. It is no part of the purchase. */
async function findCallableResumeUrl(
	{ context, itemIndex, resumeUrl }: ItemContext,
	gateway: Gateway,
	{ taskFeatures }: GenerationService,
): Promise<ResumeUrl | undefined> {
	if (resumeUrl === undefined || !taskFeatures?.callback) return undefined;
	if (!isPrivateAddress(resumeUrl.url)) return isEncrypted(resumeUrl) ? resumeUrl : undefined;
	const { allowsPrivateNetwork } = await loadCredentials(context, gateway, itemIndex);
	return allowsPrivateNetwork ? resumeUrl : undefined;
}

/**
 * Builds the HTTP request of a service, together with the parsers of its response.
 * @param images the input images as the gateway gets them, followed by the mask, if the request has one
 * @param advice what to do if the gateway rejects the model, if that is known
 */
export function bindRequest(
	service: GenerationService,
	{ request: unbound, mask }: Pick<UnboundRequest, 'request' | 'mask'>,
	images: string[],
	advice?: string,
): BoundRequest {
	const request: MediaRequest & { mask?: string } = mask
		? { ...unbound, images: images.slice(0, -1), mask: images.at(-1) ?? '' }
		: { ...unbound, images };
	const { createStreamParser } = service;
	return {
		request: service.buildRequest(request),
		bringsFiles: service.tasks === undefined,
		parseResponse: (body) => service.parseResponse(body, request),
		...(createStreamParser
			? { createStreamParser: () => createStreamParser.call(service, request) }
			: {}),
		explainError: (failure) =>
			explainModel(service.explainError?.(failure, request) ?? failure, request.model, advice),
	};
}

/**
 * Adds the model to a failure that is about it. For a model that has been shut down, any rejection without a stated
 * reason may be about it.
 */
function explainModel(failure: Failure, modelId: string, advice: string | undefined): Failure {
	const isAboutModel = failure.kind === 'modelUnknown' || failure.kind === 'modelNotAvailable';
	const isUnexplained =
		failure.kind === 'invalidInput' &&
		failure.parameter === undefined &&
		failure.advice === undefined;
	return {
		...failure,
		...(isAboutModel ? { model: modelId } : {}),
		...(advice !== undefined && (isAboutModel || isUnexplained) ? { advice } : {}),
	};
}

/**
 * Rejects URLs that the gateway could not open.
 * @throws GenerationError of kind `invalidInput` for one into a private network, unless the gateway is in a private
 * network itself
 */
async function checkGatewayUrls(
	{ context, itemIndex }: ItemContext,
	gateway: Gateway,
	urls: readonly GatewayUrl[],
): Promise<void> {
	const [unreachable] = urls.filter(({ url }) => isLink(url) && isPrivateAddress(url));
	if (!unreachable) return;
	const { allowsPrivateNetwork } = await loadCredentials(context, gateway, itemIndex);
	if (allowsPrivateNetwork) return;
	const { label, url, isCalled } = unreachable;
	throw invalidInput(
		label,
		`${new URL(url).host} is in a private network, where ${gateway.displayName} cannot ${isCalled ? 'call' : 'read'} it`,
		isCalled
			? 'Give a URL that can be called from the internet: n8n’s Webhook node shows one if WEBHOOK_URL is set.'
			: 'Give a public link, or, for an image, the file itself.',
	);
}
