import { createHash } from 'node:crypto';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import type { Gateway, ModelListPage } from '../gateways/types';
import { systemClock } from '../time/clock';
import { startDeadline } from '../time/deadline';
import { accessFrom, toApiResponse, readBytes, sendToGateway, type Access } from '../transport/client';

/** A form that waits is worse than one that knows a little less. Seconds. */
const LONGEST_WAIT = 3;

/** A list of a thousand models has some 200 kB. */
const MAX_LIST_BYTES = 2 * 1024 * 1024;

/** Nobody looks through more. */
const MOST_LISTED = 500;

/** The editor asks anew with each letter that is typed into the search, and each node for itself. */
const KEPT_MS = 30_000;
const MOST_KEPT = 20;

interface Kept {
	until: number;
	ids: Promise<string[] | undefined>;
}

const kept = new Map<string, Kept>();

/**
 * Asks a gateway which models it has, which costs nothing. Never throws: without a credential, an answer in time, or one
 * that can be read, there is none.
 * @returns the ids, or undefined
 */
export async function askForModels(context: ILoadOptionsFunctions, gateway: Gateway, page: ModelListPage | undefined): Promise<string[] | undefined> {
	if (!page) return undefined;
	try {
		const credentials = await context.getCredentials(gateway.credential);
		const asked = createHash('sha256').update(JSON.stringify([gateway.name, credentials, page.ask()])).digest('hex');
		return await once(asked, async () => await send(context, gateway, page, accessFrom(credentials, gateway)));
	} catch {
		return undefined;
	}
}

async function send(context: ILoadOptionsFunctions, gateway: Gateway, page: ModelListPage, access: Access): Promise<string[] | undefined> {
	const deadline = startDeadline(LONGEST_WAIT);
	try {
		const response = await sendToGateway({ context, gateway, access, deadline }, page.ask());
		const ids = page.read(toApiResponse(response, await readBytes(response.body, deadline, MAX_LIST_BYTES)));
		// A gateway may repeat the key anywhere.
		return ids.filter((id) => access.redact(id) === id).slice(0, MOST_LISTED);
	} catch {
		return undefined;
	} finally {
		deadline.close();
	}
}

/** What did not come, or could not be read, is not remembered: the next time may fare better. */
async function once(asked: string, send: () => Promise<string[] | undefined>): Promise<string[] | undefined> {
	const known = kept.get(asked);
	if (known && known.until > systemClock.now()) return await known.ids;
	if (kept.size >= MOST_KEPT) kept.clear();
	const ids = send();
	kept.set(asked, { until: systemClock.now() + KEPT_MS, ids });
	const found = await ids;
	if (!found) kept.delete(asked);
	return found;
}
