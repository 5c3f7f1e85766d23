import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import type { Gateway } from '../gateways/gateway';

/** The choice of the gateway, which decides what the rest of the form offers. */
export function gatewayField(gateways: readonly Gateway[]): INodeProperties {
	const firstGateway = gateways[0]?.name ?? '';
	return {
		displayName: 'Gateway',
		name: 'gateway',
		type: 'options',
		noDataExpression: true,
		options: gateways.map(({ name, displayName, description }) => ({ name: displayName, value: name, description })),
		default: firstGateway,
		description: 'The service that the requests go through. Each has its own credential, prices and models.',
	};
}

/**
 * One credential for each gateway, asked for when it is chosen. The condition says when it is hidden,
 * since the editor takes a field that says when every credential is shown for a choice of how to log
 * in, and leaves that field out of the form.
 */
export function credentialsOf(gateways: readonly Gateway[]): INodeCredentialDescription[] {
	return gateways.map(({ name, credential }) => ({
		name: credential,
		required: true,
		displayOptions: { hide: { gateway: gateways.map((other) => other.name).filter((other) => other !== name) } },
	}));
}

/** What stands below the node on the canvas: the operation, and the gateway by its own name. */
export function subtitleOf(gateways: readonly Gateway[]): string {
	const names = JSON.stringify(Object.fromEntries(gateways.map(({ name, displayName }) => [name, displayName])));
	return `={{ $parameter["operation"] + ": " + (${names})[$parameter["gateway"]] }}`;
}
