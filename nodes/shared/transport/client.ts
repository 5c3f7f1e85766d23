import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';
import { z } from 'zod';
import { normalizeBaseUrl, normalizeApiKey } from '../credentials/normalize';
import { withoutEnvelope } from '../gateways/envelope';
import { isGood } from '../gateways/httpStatus';
import type { ApiResponse, Gateway, GatewayRequest } from '../gateways/types';
import { createRedactor } from '../errors/redact';
import { parseBody } from './parseBody';
import { isPrivateAddress } from './privateAddress';
import { parseBase64Image } from '../media/dataUri';
import { GenerationError } from '../errors/failure';
import { TooManyPartsError } from '../media/json';
import { isLink } from '../media/url';
import { secondsToWait } from './retryAfter';
import { systemClock } from '../time/clock';
import type { Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';
import { transportError } from './networkErrors';

/** A stream of bytes as n8n's helpers give and take it. */
export type ByteStream = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Uint8Array
>;

/** An answer whose body has not been read yet. */
export interface HttpResponse {
	httpStatus: number;
	contentType: string;
	/** How long the server asks to wait before the next request, in seconds. */
	retryAfter?: number;
	/** Where a redirect leads, as the server writes it. */
	location?: string;
	/** Whether the head does not tell where the body ends: one that breaks off looks the same. */
	hasOpenEnd?: boolean;
	/** Whether the body is all that there is: with 206 it may be a part. */
	isWhole: boolean;
	/** To destroy it closes its connection. */
	body: ByteStream;
}

const MEGABYTE = 1024 * 1024;

/**
 * The largest answer that is read into memory, in bytes, so that one without end cannot take the server down: a picture
 * of 64 MB in base64 with some room, where pictures come inside.
 */
export const MAX_ANSWER_BYTES = 96 * MEGABYTE;

/** Of an answer without files, in bytes: a task, or its state, has a few hundred, with two signed links a few thousand. */
export const MAX_STATE_BYTES = 2 * MEGABYTE;

/** Of a list, in bytes: one of 500 tasks has about 1 MB. */
export const MAX_LIST_BYTES = 4 * MEGABYTE;

const isByteStream = (value: unknown): value is ByteStream =>
	typeof value === 'object' && value !== null && 'pipe' in value && 'unshift' in value;

const responseSchema = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()).catch({}),
	body: z.custom<ByteStream>(isByteStream),
});

/**
 * What came, with its head read.
 * @param connection ends the request, with its connection
 */
function parseHttpResponse(raw: unknown, connection: AbortController): HttpResponse {
	const { statusCode, headers, body } = responseSchema.parse(raw);
	const contentType = String(headers['content-type'] ?? '').toLowerCase();
	// A date is one of the server's own clock, which may be ahead of ours, or behind.
	const now = Date.parse(String(headers.date ?? '')) || Date.now();
	const retryAfter = secondsToWait(String(headers['retry-after'] ?? ''), now);
	const range = statusCode === 206 ? String(headers['content-range'] ?? '').trim() : '';
	const isDelimited =
		headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
	// Whoever reads the body is told. But one that breaks while nobody does would end the whole of n8n.
	body.on('error', () => undefined);
	// n8n gives out a generator as a stream: that one would close its connection with the next bytes, which may never come.
	const destroy = body.destroy.bind(body);
	body.destroy = (error) => {
		destroy(error);
		connection.abort();
		return body;
	};
	return {
		httpStatus: statusCode,
		contentType,
		...(retryAfter === undefined ? {} : { retryAfter }),
		...(typeof headers.location === 'string' ? { location: asWritten(headers.location) } : {}),
		hasOpenEnd: !isDelimited || range.endsWith('/*'),
		isWhole: isWholeRange(range) && !(statusCode === 206 && contentType.startsWith('multipart/')),
		body,
	};
}

/** Node reads the bytes of a header as Latin-1. Servers that write others than those of ASCII mostly write UTF-8. */
function asWritten(header: string): string {
	const bytes = Buffer.from(header, 'latin1');
	const text = bytes.toString('utf8');
	return bytes.toString('latin1') === header && !text.includes('\uFFFD') ? text : header;
}

/**
 * Whether a header `Content-Range`, such as `bytes 0-99/100`, names all bytes, or at least the first ones of a number that
 * is not known: `bytes 0-99/*`. Without one nothing says that it is a part.
 */
function isWholeRange(header: string): boolean {
	const [, first, last, total] = /^bytes[ =](\d+)-(\d+)\/(\d+|\*)$/i.exec(header) ?? [];
	return (
		header === '' || (Number(first) === 0 && (total === '*' || Number(last) + 1 === Number(total)))
	);
}

/** What a gateway's credential tells: where its API is, and what must not be shown. */
export interface Access {
	baseUrl: string;
	/** Whether its files may be in this server's own network: a public gateway has no business there. */
	mayLeadInside: boolean;
	/** Takes the key out of a gateway's words: some repeat it when they refuse it. */
	redact(words: string): string;
	/** As it was read for the item: in another, expressions in it may lead to another key and address. */
	credential: ICredentialDataDecryptedObject;
}

/**
 * Reads the credential of a gateway.
 * @throws MediaError when its address or its key is none; NodeOperationError when it is not there
 */
export async function accessTo(
	context: IExecuteFunctions,
	gateway: Gateway,
	itemIndex: number,
): Promise<Access> {
	return accessFrom(await context.getCredentials(gateway.credential, itemIndex), gateway);
}

/**
 * What a credential tells.
 * @throws MediaError when its address or its key is none
 */
export function accessFrom(credential: ICredentialDataDecryptedObject, gateway: Gateway): Access {
	const { baseUrl, apiKey } = credential;
	const address = normalizeBaseUrl(String(baseUrl ?? ''), gateway.apiPaths);
	return {
		baseUrl: address,
		mayLeadInside: isPrivateAddress(address),
		redact: createRedactor(normalizeApiKey(String(apiKey ?? ''))),
		credential,
	};
}

/** The context with another signal to stop by: n8n puts its own into every request with a key. */
function withAbortSignal<Context extends Caller>(context: Context, signal: AbortSignal): Context {
	return new Proxy(context, {
		get: (target, property) =>
			property === 'getExecutionCancelSignal' ? () => signal : Reflect.get(target, property),
	});
}

/** Who sends requests: a node at work, or its form. */
type Caller = IExecuteFunctions | ILoadOptionsFunctions;

/** Everything that a request to a gateway needs besides itself. */
export interface GatewaySession {
	context: IExecuteFunctions;
	gateway: Gateway;
	access: Access;
	deadline: Deadline;
}

/**
 * Sends a request to a gateway, with its key. Redirects are not followed: the key stays where it was meant for.
 * @throws MediaError when no answer came: `notReachable`, `answerLost`, `timedOut` or `cancelled`
 */
export async function sendToGateway(
	{ context, gateway, access, deadline }: Omit<GatewaySession, 'context'> & { context: Caller },
	request: GatewayRequest,
): Promise<HttpResponse> {
	deadline.throwIfExpired();
	const connection = new AbortController();
	const caller = withAbortSignal(context, AbortSignal.any([deadline.signal, connection.signal]));
	try {
		return parseHttpResponse(
			await context.helpers.httpRequestWithAuthentication.call(
				caller,
				gateway.credential,
				{
					method: request.method,
					url: access.baseUrl + request.path,
					...contentOf(request),
					encoding: 'stream',
					returnFullResponse: true,
					ignoreHttpStatusErrors: true,
					disableFollowRedirect: true,
					sendCredentialsOnCrossOriginRedirect: false,
					timeout: deadline.remainingMs(),
				},
				// By itself n8n reads the credential of the first item.
				{
					credentialsDecrypted: {
						id: '',
						name: '',
						type: gateway.credential,
						data: { ...access.credential },
					},
				},
			),
			connection,
		);
	} catch (error) {
		throw transportError(error, deadline);
	}
}

/** What a request sends. A form says its own type, with the line that parts its fields. */
function contentOf({ body, form }: GatewayRequest): Pick<IHttpRequestOptions, 'headers' | 'body'> {
	// n8n leaves out a body without fields.
	const json = body !== undefined && Object.keys(body).length === 0 ? '{}' : body;
	if (form === undefined)
		return json === undefined
			? {}
			: { headers: { 'Content-Type': 'application/json' }, body: json };
	const data = new FormData();
	for (const { name, value, isFile } of form) {
		const file = isFile ? parseBase64Image(value) : undefined;
		if (file === undefined) data.append(name, value);
		else
			data.append(
				name,
				new Blob([file.bytes], { type: file.mimeType ?? '' }),
				`image.${(file.mimeType ?? '').replace(/^.*\//, '')}`,
			);
	}
	return { body: data };
}

/** A storage that is silent for so long has forgotten the request: asked again, it may answer at once. Milliseconds. */
export const IDLE_TIMEOUT_MS = 60_000;

/** As browsers do; a storage leads on once, if at all. */
const MAX_REDIRECTS = 5;

/**
 * Whether a link leads into this server's own network, by what it says itself and by the addresses of its name.
 * Older versions of n8n look up no names. One that cannot be looked up is taken for another's: a proxy may know it.
 */
export async function leadsInside({ helpers }: IExecuteFunctions, url: string): Promise<boolean> {
	if (isPrivateAddress(url)) return true;
	if (typeof helpers.getSecureEgressFilter !== 'function') return false;
	const checked = await helpers
		.getSecureEgressFilter('enforced')
		.validateUrl(url)
		.catch(() => undefined);
	return checked?.ok === false;
}

/**
 * Opens a link without any key: a file at its storage, or a reference image. Redirects are followed. A body that falls
 * silent breaks off.
 * @param mayLeadInside whether the link, or a redirect, may lead into this server's own network
 * @throws MediaError when no answer came, or a link may not be followed
 */
export async function openUrl(
	context: IExecuteFunctions,
	firstUrl: string,
	deadline: Deadline,
	mayLeadInside: boolean,
): Promise<HttpResponse> {
	let url = firstUrl;
	for (let redirects = 0; ; redirects++) {
		if (!mayLeadInside && (await leadsInside(context, url))) {
			throw new GenerationError({
				kind: 'fileGone',
				message: `the link leads into a private network: ${new URL(url).host}`,
				httpStatus: 200,
			});
		}
		const response = await openWithoutRedirects(context, url, deadline);
		const next = resolveRedirect(response, url);
		if (next === undefined || redirects === MAX_REDIRECTS) {
			endWhenSilent(response.body);
			return response;
		}
		response.body.destroy();
		url = next;
	}
}

/**
 * Whether an answer of a storage brings a file. Any good status does: 203 is that of a proxy that has changed
 * something, 206 that of a storage that reads a file in parts.
 */
export const bringsFile = ({ httpStatus, isWhole }: HttpResponse) => isGood(httpStatus) && isWhole;

/** Why an answer of a storage brings none. */
export const withoutFile = ({ httpStatus, isWhole }: HttpResponse) =>
	isWhole
		? `the storage answered with HTTP status ${httpStatus}`
		: 'the storage sent a part of the file';

/**
 * Ends a stream that brings nothing for so long, as a connection that broke off: other downloads wait for its room.
 * @param longest in milliseconds
 */
export function endWhenSilent(body: ByteStream, longest = IDLE_TIMEOUT_MS): void {
	let cameAt = systemClock.now();
	const closed = new AbortController();
	body.once('close', () => closed.abort());
	body.prependListener('data', () => (cameAt = systemClock.now()));
	const watch = async () => {
		for (
			let left = longest;
			left > 0 && !closed.signal.aborted;
			left = cameAt + longest - systemClock.now()
		) {
			await sleep(left, closed.signal);
		}
		if (!closed.signal.aborted)
			body.destroy(Object.assign(new Error('nothing came any more'), { code: 'ETIMEDOUT' }));
	};
	void watch();
}

/** Where a redirect leads, or undefined for an answer that is none. */
function resolveRedirect({ httpStatus, location }: HttpResponse, url: string): string | undefined {
	if (![301, 302, 303, 307, 308].includes(httpStatus) || location === undefined) return undefined;
	try {
		const next = new URL(location, url).href;
		return isLink(next) ? next : undefined;
	} catch {
		return undefined;
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
		return parseHttpResponse(
			await context.helpers.httpRequest({
				method: 'GET',
				url,
				// Pictures and videos are compressed as they are; and of what was packed once more, half unpacks without a word.
				headers: { 'Accept-Encoding': 'identity' },
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: Math.min(deadline.remainingMs(), IDLE_TIMEOUT_MS),
				abortSignal: AbortSignal.any([deadline.signal, connection.signal]),
			}),
			connection,
		);
	} catch (error) {
		throw transportError(error, deadline);
	}
}

/**
 * The bytes of an answer as they arrive. The stream is closed at its end, at the deadline, and when
 * the caller stops early.
 * @throws MediaError of kind `answerLost`, `timedOut` or `cancelled` when it breaks off
 */
export async function* bytesOf(body: ByteStream, deadline: Deadline): AsyncGenerator<Uint8Array> {
	const close = () => body.destroy();
	deadline.signal.addEventListener('abort', close);
	try {
		for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		// A stream that was closed may end without a word. One that came whole is good, however late it is.
		if (!body.readableEnded) deadline.throwIfExpired();
	} catch (error) {
		throw transportError(error, deadline);
	} finally {
		deadline.signal.removeEventListener('abort', close);
		close();
	}
}

/**
 * Reads a whole body into memory.
 * @param maxBytes the most that is taken
 * @throws MediaError when it breaks off or is larger
 */
export async function readBytes(
	body: ByteStream,
	deadline: Deadline,
	maxBytes = MAX_ANSWER_BYTES,
): Promise<Buffer> {
	const gathered = gatherBytes(maxBytes);
	for await (const chunk of bytesOf(body, deadline)) gathered.add(chunk);
	return gathered.all();
}

/** Keeps the bytes that it is given, up to a limit; `add` throws a MediaError beyond it. */
export function gatherBytes(maxBytes = MAX_ANSWER_BYTES): {
	add(chunk: Uint8Array): void;
	all(): Buffer;
} {
	const chunks: Uint8Array[] = [];
	let size = 0;
	return {
		add(chunk) {
			size += chunk.length;
			if (size > maxBytes) {
				const megabytes = Math.floor(maxBytes / MEGABYTE);
				throw new GenerationError({
					kind: 'answerLost',
					message: `the answer is larger than ${megabytes} MB`,
				});
			}
			chunks.push(chunk);
		},
		all: () => Buffer.concat(chunks),
	};
}

/**
 * Reads an answer of a gateway: its JSON, or its text where it is none.
 * @param maxBytes the most that a good one may have; of any other its status tells enough, and the rest is left out
 * @throws MediaError when it breaks off, or is larger
 */
export async function readApiResponse(
	response: HttpResponse,
	deadline: Deadline,
	maxBytes = MAX_STATE_BYTES,
): Promise<ApiResponse> {
	const { body, httpStatus } = response;
	return toApiResponse(
		response,
		isGood(httpStatus)
			? await readBytes(body, deadline, maxBytes)
			: await readStart(body, deadline, MAX_STATE_BYTES),
	);
}

/** Reads the first bytes of a body, and closes it where there are more. */
async function readStart(body: ByteStream, deadline: Deadline, maxBytes: number): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of bytesOf(body, deadline)) {
		chunks.push(chunk.subarray(0, maxBytes - size));
		size += chunk.length;
		if (size >= maxBytes) break;
	}
	return Buffer.concat(chunks);
}

/**
 * The answer in a body that has been read.
 * @throws MediaError where it would take many times its size in memory
 */
export function toApiResponse(
	{
		httpStatus,
		retryAfter,
		location,
	}: Pick<HttpResponse, 'httpStatus' | 'retryAfter' | 'location'>,
	body: Buffer,
): ApiResponse {
	const text = body.toString('utf8');
	return {
		httpStatus,
		body: isGood(httpStatus) ? withoutEnvelope(jsonOr(text, httpStatus)) : jsonOr(text, httpStatus),
		...(retryAfter === undefined ? {} : { retryAfter }),
		...(location === undefined ? {} : { location }),
	};
}

/** Of what is no good answer the status alone tells enough. */
function jsonOr(text: string, httpStatus: number): unknown {
	try {
		const json = parseBody(text);
		return json === undefined ? text : json;
	} catch (error) {
		if (!isGood(httpStatus)) return text;
		throw notParsed(error);
	}
}

const notParsed = (error: unknown) =>
	new GenerationError({
		kind: 'answerLost',
		message:
			error instanceof TooManyPartsError
				? `the answer is too large: ${error.message}`
				: 'what came could not be read',
	});
