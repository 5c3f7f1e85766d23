import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { normalizeApiKey, normalizeBaseUrl } from '../credentials/normalize';
import { createRedactor } from '../errors/redact';
import type { Gateway } from '../gateways/types';
import type { Deadline } from '../time/deadline';
import { isPrivateAddress } from './privateAddress';

/** The credential of a gateway: where its API is, and what must not be shown. */
export interface GatewayCredentials {
	baseUrl: string;
	/** Whether its files may be in this server's own network. A public gateway has no business there. */
	allowsPrivateNetwork: boolean;
	/** Removes the key from a text: some gateways repeat it in the message when they reject it. */
	redact(text: string): string;
	/** As n8n resolved it for the item: for another item its expressions may give another key and base URL. */
	resolved: ICredentialDataDecryptedObject;
}

/** Everything that a request to a gateway needs besides itself. */
export interface GatewaySession {
	context: IExecuteFunctions;
	gateway: Gateway;
	credentials: GatewayCredentials;
	deadline: Deadline;
}

/**
 * Loads the credential of a gateway for one item.
 * @throws GenerationError if its base URL or its key is not valid; NodeOperationError if there is none
 */
export async function loadCredentials(
	context: IExecuteFunctions,
	gateway: Gateway,
	itemIndex: number,
): Promise<GatewayCredentials> {
	return parseCredentials(await context.getCredentials(gateway.credential, itemIndex), gateway);
}

/**
 * Reads the fields of a credential.
 * @throws GenerationError if its base URL or its key is not valid
 */
export function parseCredentials(
	resolved: ICredentialDataDecryptedObject,
	gateway: Gateway,
): GatewayCredentials {
	const baseUrl = normalizeBaseUrl(String(resolved.baseUrl ?? ''), gateway.apiPaths);
	return {
		baseUrl,
		allowsPrivateNetwork: isPrivateAddress(baseUrl),
		redact: createRedactor(normalizeApiKey(String(resolved.apiKey ?? ''))),
		resolved,
	};
}
