import { z } from 'zod';
import { normalizeBaseUrl } from '../../nodes/shared/credentials/normalize.js';
import type { ApiResponse, Gateway, GatewayRequest } from '../../nodes/shared/gateways/types.js';
import { createEventStreamParser } from '../../nodes/shared/transport/eventStream.js';
import type { LiveCredential } from './credentials.mjs';

/** A gateway, where it is, and what opens it. */
export interface Line {
	gateway: Gateway;
	credential: LiveCredential;
	/** As it was given. */
	address: string;
	key: string;
}

/** What came, read as the package reads it. */
export interface Received extends ApiResponse {
	/** The data of each event, where the answer is a stream of events. */
	events: readonly string[];
}

/** Nothing came that could be called an answer. Its message holds nothing of the request. */
export class NoAnswer extends Error {}

/** A question is answered at once, or not at all. */
const QUESTION_SECONDS = 60;

/**
 * Sends a request of the package's own code to the gateway, signed as the credential signs it. Redirects are not
 * followed: the key stays where it was meant for.
 * @throws NoAnswer
 */
export async function send(
	{ gateway, credential, address, key }: Line,
	request: GatewayRequest,
	seconds = QUESTION_SECONDS,
): Promise<Received> {
	const { headers } = await credential.authenticate(
		{ apiKey: key, baseUrl: address },
		{ url: request.path },
	);
	return await exchange(
		normalizeBaseUrl(address, gateway.apiPaths) + request.path,
		{ method: request.method, authorization: headers?.Authorization, body: request.body },
		seconds,
	);
}

/**
 * Sends the question of the credential's test, as n8n does.
 * @throws NoAnswer
 */
export async function sendCredentialTest({ credential, address, key }: Line): Promise<Received> {
	const { url = '', method = 'GET', baseURL, qs = {}, body } = credential.test.request;
	const signed = await credential.authenticate({ apiKey: key, baseUrl: address }, { url, baseURL });
	const query = new URLSearchParams(
		Object.entries(qs).map(([name, value]): [string, string] => [name, String(value)]),
	).toString();
	return await exchange(
		`${signed.baseURL ?? ''}${url}${query === '' ? '' : `?${query}`}`,
		{ method, authorization: signed.headers?.Authorization, body },
		QUESTION_SECONDS,
	);
}

interface Question {
	method: string;
	authorization: unknown;
	/** Sent as JSON. */
	body?: unknown;
}

async function exchange(
	url: string,
	{ method, authorization, body }: Question,
	seconds: number,
): Promise<Received> {
	const headers: Record<string, string> = { Authorization: String(authorization ?? '') };
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	return await answered(seconds, async (signal) => {
		const sent = body === undefined ? {} : { body: JSON.stringify(body) };
		const response = await fetch(url, { method, headers, ...sent, redirect: 'manual', signal });
		return received(response.status, Buffer.from(await response.arrayBuffer()));
	});
}

function received(httpStatus: number, bytes: Buffer): Received {
	const text = bytes.toString('utf8');
	try {
		return { httpStatus, body: JSON.parse(text), events: [] };
	} catch {
		const parser = createEventStreamParser();
		const events = [...parser.push(bytes), ...parser.end()].map(({ data }) => data);
		return { httpStatus, body: text, events };
	}
}

/** A file as a storage gives it. */
export interface Downloaded {
	httpStatus: number;
	contentType: string;
	bytes: Buffer;
}

/**
 * Downloads a link as anyone could: the key is not sent along.
 * @throws NoAnswer
 */
export async function download(link: string, seconds: number): Promise<Downloaded> {
	return await answered(seconds, async (signal) => {
		const response = await fetch(link, { signal });
		return {
			httpStatus: response.status,
			contentType: response.headers.get('content-type') ?? 'no type',
			bytes: Buffer.from(await response.arrayBuffer()),
		};
	});
}

async function answered<Result>(
	seconds: number,
	ask: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
	try {
		return await ask(AbortSignal.timeout(seconds * 1000));
	} catch (error) {
		throw new NoAnswer(reasonOf(error, seconds));
	}
}

const networkError = z.object({
	name: z.string(),
	cause: z.object({ code: z.string() }).optional().catch(undefined),
});

/** Nothing but codes and names is looked at: a message may repeat a header, and the key with it. */
function reasonOf(error: unknown, seconds: number): string {
	const { data } = networkError.safeParse(error);
	if (data?.name === 'TimeoutError') return `nothing came within ${seconds} seconds`;
	return data?.cause?.code ?? 'the request could not be sent, or the connection broke off';
}
