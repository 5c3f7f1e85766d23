import { createHash } from 'node:crypto';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import type { Gateway, ModelListApi } from '../gateways/types';
import { systemClock } from '../time/clock';
import { startDeadline } from '../time/deadline';
import { readBytes, toApiResponse } from '../transport/body';
import { sendRequest } from '../transport/client';
import { parseCredentials, type GatewayCredentials } from '../transport/session';

/** A form that keeps the user waiting is worse than one that knows a little less. */
const MAX_WAIT_SECONDS = 3;

/** A list of a thousand models has about 200 kB. */
const MAX_LIST_BYTES = 2 * 1024 * 1024;

/** Nobody reads a longer list. */
const MAX_LISTED_MODELS = 500;

/** The editor requests the list again with each letter that is typed into the search, and for each node separately. */
const CACHE_TTL_MS = 30_000;
const MAX_CACHED_LISTS = 20;

interface CachedList {
	expiresAtMs: number;
	ids: Promise<string[] | undefined>;
}

const cache = new Map<string, CachedList>();

/**
 * Fetches the models of a gateway, which is free. Never throws.
 * @returns their IDs, or undefined without a credential, without a response in time, or if it cannot be read
 */
export async function fetchModels(
	context: ILoadOptionsFunctions,
	gateway: Gateway,
	api: ModelListApi | undefined,
): Promise<string[] | undefined> {
	if (!api) return undefined;
	try {
		const resolved = await context.getCredentials(gateway.credential);
		const key = createHash('sha256')
			.update(JSON.stringify([gateway.name, resolved, api.buildRequest()]))
			.digest('hex');
		return await readCached(
			key,
			async () => await fetchIds(context, gateway, api, parseCredentials(resolved, gateway)),
		);
	} catch {
		return undefined;
	}
}

async function fetchIds(
	context: ILoadOptionsFunctions,
	gateway: Gateway,
	api: ModelListApi,
	credentials: GatewayCredentials,
): Promise<string[] | undefined> {
	const deadline = startDeadline(MAX_WAIT_SECONDS);
	try {
		const response = await sendRequest(
			{ context, gateway, credentials, deadline },
			api.buildRequest(),
		);
		const ids = api.parseResponse(
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

/** A list that did not arrive, or could not be read, is not cached: the next attempt may succeed. */
async function readCached(
	key: string,
	fetchList: () => Promise<string[] | undefined>,
): Promise<string[] | undefined> {
	const cached = cache.get(key);
	if (cached && cached.expiresAtMs > systemClock.now()) return await cached.ids;
	if (cache.size >= MAX_CACHED_LISTS) cache.clear();
	const ids = fetchList();
	cache.set(key, { expiresAtMs: systemClock.now() + CACHE_TTL_MS, ids });
	const found = await ids;
	if (!found) cache.delete(key);
	return found;
}
