import { createHash } from 'node:crypto';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import type { Gateway, ModelListApi } from '../gateways/types';
import { systemClock } from '../time/clock';
import { startDeadline } from '../time/deadline';
import { readBytes, toApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import { parseCredentials, type GatewayCredentials } from '../transport/session';

/** A form that waits is worse than one that knows a little less. Seconds. */
const MAX_WAIT_SECONDS = 3;

/** A list of a thousand models has some 200 kB. */
const MAX_LIST_BYTES = 2 * 1024 * 1024;

/** Nobody looks through more. */
const MAX_LISTED_MODELS = 500;

/** The editor asks anew with each letter that is typed into the search, and each node for itself. */
const KEPT_MS = 30_000;
const MAX_CACHED_LISTS = 20;

interface Kept {
	until: number;
	ids: Promise<string[] | undefined>;
}

const cache = new Map<string, Kept>();

/**
 * Asks a gateway which models it has, which costs nothing. Never throws: without a credential, an answer in time, or one
 * that can be read, there is none.
 * @returns the ids, or undefined
 */
export async function askForModels(
	context: ILoadOptionsFunctions,
	gateway: Gateway,
	page: ModelListApi | undefined,
): Promise<string[] | undefined> {
	if (!page) return undefined;
	try {
		const credentials = await context.getCredentials(gateway.credential);
		const key = createHash('sha256')
			.update(JSON.stringify([gateway.name, credentials, page.buildRequest()]))
			.digest('hex');
		return await once(
			key,
			async () => await send(context, gateway, page, parseCredentials(credentials, gateway)),
		);
	} catch {
		return undefined;
	}
}

async function send(
	context: ILoadOptionsFunctions,
	gateway: Gateway,
	page: ModelListApi,
	credentials: GatewayCredentials,
): Promise<string[] | undefined> {
	const deadline = startDeadline(MAX_WAIT_SECONDS);
	try {
		const response = await sendRequest(
			{ context, gateway, credentials, deadline },
			page.buildRequest(),
		);
		const ids = page.parseResponse(
			toApiResponse(response, await readBytes(response.body, deadline, MAX_LIST_BYTES)),
		);
		// A gateway may repeat the key anywhere.
		return ids.filter((id) => credentials.redact(id) === id).slice(0, MAX_LISTED_MODELS);
	} catch {
		return undefined;
	} finally {
		deadline.close();
	}
}

/** What did not come, or could not be read, is not remembered: the next time may fare better. */
async function once(
	key: string,
	send: () => Promise<string[] | undefined>,
): Promise<string[] | undefined> {
	const known = cache.get(key);
	if (known && known.until > systemClock.now()) return await known.ids;
	if (cache.size >= MAX_CACHED_LISTS) cache.clear();
	const ids = send();
	cache.set(key, { until: systemClock.now() + KEPT_MS, ids });
	const found = await ids;
	if (!found) cache.delete(key);
	return found;
}
