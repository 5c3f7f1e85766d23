import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import { isGood } from '../gateways/httpStatus';
import { isLink } from '../media/url';
import { systemClock } from '../time/clock';
import type { Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';
import { parseHttpResponse, type ByteStream, type HttpResponse } from './httpResponse';
import { transportError } from './networkErrors';
import { isPrivateAddress } from './privateAddress';

/** A storage that is silent for so long has lost the request: it may answer another one immediately. */
export const IDLE_TIMEOUT_MS = 60_000;

/** As many as browsers follow; a storage redirects once, if at all. */
const MAX_REDIRECTS = 5;

const REDIRECT_STATUSES = [301, 302, 303, 307, 308];

/**
 * Whether a URL leads into this server's own network, judged by itself and by the addresses of its host name. Older
 * versions of n8n resolve no names. A name that cannot be resolved counts as public: a proxy may know it.
 */
export async function leadsToPrivateNetwork(
	{ helpers }: IExecuteFunctions,
	url: string,
): Promise<boolean> {
	if (isPrivateAddress(url)) return true;
	if (typeof helpers.getSecureEgressFilter !== 'function') return false;
	const validated = await helpers
		.getSecureEgressFilter('enforced')
		.validateUrl(url)
		.catch(() => undefined);
	return validated?.ok === false;
}

/**
 * Opens a URL without any key: a file in its storage, or an input image. Redirects are followed. A body that falls
 * silent breaks off.
 * @param allowsPrivateNetwork whether the URL, or a redirect, may lead into this server's own network
 * @throws GenerationError if there is no response, or the URL may not be followed
 */
export async function openUrl(
	context: IExecuteFunctions,
	firstUrl: string,
	deadline: Deadline,
	allowsPrivateNetwork: boolean,
): Promise<HttpResponse> {
	let url = firstUrl;
	for (let redirects = 0; ; redirects++) {
		if (!allowsPrivateNetwork && (await leadsToPrivateNetwork(context, url))) {
			throw new GenerationError({
				kind: 'fileGone',
				message: `the link leads into a private network: ${new URL(url).host}`,
				httpStatus: 200,
			});
		}
		const response = await openWithoutRedirects(context, url, deadline);
		const nextUrl = resolveRedirect(response, url);
		if (nextUrl === undefined || redirects === MAX_REDIRECTS) {
			endWhenSilent(response.body);
			return response;
		}
		response.body.destroy();
		url = nextUrl;
	}
}

async function openWithoutRedirects(
	context: IExecuteFunctions,
	url: string,
	deadline: Deadline,
): Promise<HttpResponse> {
	deadline.throwIfExpired();
	const connection = new AbortController();
	try {
		const response: unknown = await context.helpers.httpRequest({
			method: 'GET',
			url,
			// Images and videos are compressed already; and of a file that was compressed again, half unpacks without an error.
			headers: { 'Accept-Encoding': 'identity' },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: Math.min(deadline.remainingMs(), IDLE_TIMEOUT_MS),
			abortSignal: AbortSignal.any([deadline.signal, connection.signal]),
		});
		return parseHttpResponse(response, connection);
	} catch (error) {
		throw transportError(error, deadline);
	}
}

/** The target of a redirect, or undefined for any other response. */
function resolveRedirect({ httpStatus, location }: HttpResponse, url: string): string | undefined {
	if (!REDIRECT_STATUSES.includes(httpStatus) || location === undefined) return undefined;
	try {
		const nextUrl = new URL(location, url).href;
		return isLink(nextUrl) ? nextUrl : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Whether a storage's response contains a file. Any successful status will do: 203 is that of a proxy that has changed
 * something, 206 that of a storage that reads a file in parts.
 */
export const containsFile = ({ httpStatus, isWhole }: HttpResponse) =>
	isGood(httpStatus) && isWhole;

/** Why a storage's response contains no file, for a message. */
export const describeMissingFile = ({ httpStatus, isWhole }: HttpResponse) =>
	isWhole
		? `the storage answered with HTTP status ${httpStatus}`
		: 'the storage sent a part of the file';

/**
 * Ends a silent stream like a connection that broke off: other downloads wait for its place.
 * @param idleTimeoutMs how long it may be silent
 */
export function endWhenSilent(body: ByteStream, idleTimeoutMs = IDLE_TIMEOUT_MS): void {
	let lastChunkAtMs = systemClock.now();
	const closed = new AbortController();
	body.once('close', () => closed.abort());
	body.prependListener('data', () => (lastChunkAtMs = systemClock.now()));
	const watch = async () => {
		let leftMs = idleTimeoutMs;
		while (leftMs > 0 && !closed.signal.aborted) {
			await sleep(leftMs, closed.signal);
			leftMs = lastChunkAtMs + idleTimeoutMs - systemClock.now();
		}
		if (!closed.signal.aborted)
			body.destroy(Object.assign(new Error('nothing came any more'), { code: 'ETIMEDOUT' }));
	};
	void watch();
}
