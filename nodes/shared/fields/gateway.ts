import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import type { MediaService } from '../gateways/gateway';
import type { Server } from '../gateways/registry';

/** The gateways of a node, and what each makes for it. */
export type Servers<Service extends Pick<MediaService, 'description'> = MediaService> = ReadonlyArray<Server<Service>>;

/** The choice of the gateway, which decides what the rest of the form offers. */
export function gatewayField(servers: Servers<Pick<MediaService, 'description'>>): INodeProperties {
	const firstGateway = servers[0]?.gateway.name ?? '';
	return {
		displayName: 'Gateway',
		name: 'gateway',
		type: 'options',
		noDataExpression: true,
		options: servers.map(({ gateway, service }) => ({
			name: gateway.displayName,
			value: gateway.name,
			description: service.description,
		})),
		default: firstGateway,
		description: 'The service that the requests go through. Each has its own credential, prices and models.',
	};
}

/**
 * One credential for each gateway, asked for when it is chosen. The condition says when it is hidden,
 * since the editor takes a field that says when every credential is shown for a choice of how to log
 * in, and leaves that field out of the form.
 */
export function credentialsOf(servers: ReadonlyArray<Server<unknown>>): INodeCredentialDescription[] {
	const names = servers.map(({ gateway }) => gateway.name);
	return servers.map(({ gateway: { name, credential } }) => {
		const others = names.filter((other) => other !== name);
		return {
			name: credential,
			required: true,
			...(others.length > 0 ? { displayOptions: { hide: { gateway: others } } } : {}),
		};
	});
}

/** What stands below the node on the canvas: the operation and the gateway, by the names in the form. */
export function subtitleOf(servers: ReadonlyArray<Server<unknown>>, operations: Readonly<Record<string, string>>): string {
	const gateways = Object.fromEntries(servers.map(({ gateway }) => [gateway.name, gateway.displayName]));
	const named = (names: Readonly<Record<string, string>>, parameter: string) =>
		`(${JSON.stringify(names)})[$parameter["${parameter}"]]`;
	return `={{ ${named(operations, 'operation')} + ": " + ${named(gateways, 'gateway')} }}`;
}
