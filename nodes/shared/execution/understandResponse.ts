import { GenerationError, type Failure } from '../errors/failure';
import { isFree, toFailure } from '../errors/retryPolicy';
import { isGood } from '../gateways/httpStatus';
import { linkIn } from '../gateways/unexpectedResponse';
import type { ApiResponse, Gateway, GatewayRequest } from '../gateways/types';
import type { GenerationResult } from '../generation/result';
import { parseBase64Image } from '../media/dataUri';
import { leadsToFile } from '../media/url';
import type { BoundRequest } from './job';

/** What a response means. */
export type Understood = { result: GenerationResult } | { failure: Failure };

/**
 * Tells what a response means, whatever its HTTP status. What was paid for wins: an error in a response is believed
 * only if there is neither a task nor a file in it.
 * @throws GenerationError if there is none of the three
 */
export function understandResponse(
	gateway: Gateway,
	request: BoundRequest,
	response: ApiResponse,
): Understood {
	const purchase = parsePurchase(request, response);
	if ('result' in purchase && hasGeneratedFile(purchase.result, request)) return purchase;
	const failure = gateway.parseError(response);
	if (failure) return { failure: request.explainError(withPurchase(failure, purchase, response)) };
	if ('failure' in purchase) throw new GenerationError(purchase.failure);
	return purchase;
}

/**
 * What was bought, in the form that the gateway documents; otherwise why it is not in that form, with a URL that
 * may be the file's.
 */
function parsePurchase(
	{ parseResponse, request }: BoundRequest,
	{ body }: ApiResponse,
): Understood {
	try {
		return { result: parseResponse(body) };
	} catch (error) {
		const { url: anyUrl, ...failure } = toFailure(error);
		if (anyUrl === undefined) return { failure };
		const isOfRequest = (url: string) => wasSent(url, request);
		const url =
			linkIn(body, (found) => isOfRequest(found) || !leadsToFile(found)) ??
			linkIn(body, isOfRequest);
		return { failure: url === undefined ? failure : { ...failure, url } };
	}
}

/** Whether a URL of a response was in the request: some gateways repeat what they reject. */
function wasSent(url: string, { body, form }: GatewayRequest): boolean {
	return JSON.stringify(body ?? form ?? '').includes(JSON.stringify(url).slice(1, -1));
}

/** Shorter base64 is not taken for a file: it may be a word such as "error". */
const MIN_BASE64_LENGTH = 100;

function hasGeneratedFile({ files }: GenerationResult, { request }: BoundRequest): boolean {
	return files.some(({ source }) =>
		'url' in source
			? !wasSent(source.url, request)
			: source.base64.length >= MIN_BASE64_LENGTH && parseBase64Image(source.base64) !== undefined,
	);
}

/**
 * An error, naming the task or the file that was created all the same. What was bought with a temporary rejection
 * is not bought again.
 */
function withPurchase(failure: Failure, purchase: Understood, { body }: ApiResponse): Failure {
	const isTemporary = failure.kind === 'rateLimited';
	const mayExist = isTemporary || !isFree(failure);
	const { taskId } = 'result' in purchase ? purchase.result.metadata : purchase.failure;
	if (taskId !== undefined) {
		return isGood(failure.httpStatus ?? 200) || mayExist ? { ...failure, taskId } : failure;
	}
	if ('result' in purchase) return isTemporary ? { ...failure, kind: 'gatewayFailed' } : failure;
	const { url } = purchase.failure;
	if (url === undefined || !mayExist) return failure;
	// URLs of pages, or in a sentence, are those of the gateway's help.
	const isFile = leadsToFile(url) && JSON.stringify(body).includes(JSON.stringify(url));
	return isFile ? { ...failure, kind: 'answerLost', url } : failure;
}
