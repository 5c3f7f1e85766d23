import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import type { GenerationService, ModelOffer } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';

/** The gateways of a node, and what each makes for it. */
export type Servers<Service extends Pick<GenerationService, 'description'> = GenerationService> =
	ReadonlyArray<GatewayService<Service>>;

/** The choice of the gateway, which decides what the rest of the form offers. */
export function gatewayField(
	services: Servers<Pick<GenerationService, 'description'>>,
): INodeProperties {
	const firstGateway = services[0]?.gateway.name ?? '';
	return {
		displayName: 'Gateway',
		name: 'gateway',
		type: 'options',
		noDataExpression: true,
		options: services.map(({ gateway, service }) => ({
			name: gateway.displayName,
			value: gateway.name,
			description: service.description,
		})),
		default: firstGateway,
		description:
			'The service that the requests go through. Each has its own credential, prices and models.',
	};
}

/**
 * One credential for each gateway, asked for when it is chosen. The condition says when it is hidden,
 * since the editor takes a field that says when every credential is shown for a choice of how to log
 * in, and leaves that field out of the form.
 */
export function credentialsOf(
	services: ReadonlyArray<GatewayService<unknown>>,
): INodeCredentialDescription[] {
	const names = services.map(({ gateway }) => gateway.name);
	return services.map(({ gateway: { name, credential } }) => {
		const others = names.filter((other) => other !== name);
		return {
			name: credential,
			required: true,
			...(others.length > 0 ? { displayOptions: { hide: { gateway: others } } } : {}),
		};
	});
}

/**
 * What stands below the node on the canvas: the operation, its model and the gateway. A model that is an expression
 * has no name before the run.
 * @param operations their names in the form, by their values
 * @param ofModels the values of those that have a model
 */
export function subtitleOf(
	services: ReadonlyArray<GatewayService<ModelOffer>>,
	operations: Readonly<Record<string, string>>,
	ofModels: readonly string[],
): string {
	const byGateway = (valueOf: (gatewayService: GatewayService<ModelOffer>) => string) =>
		`(${JSON.stringify(Object.fromEntries(services.map((gatewayService) => [gatewayService.gateway.name, valueOf(gatewayService)])))})[$parameter["gateway"]]`;
	const operation = `(${JSON.stringify(operations)})[$parameter["operation"]]`;
	// The editor empties the field when the gateway is changed; then the first model counts.
	const model = `String($rawParameter["model"] || ${byGateway(({ service }) => service.models[0].id)})`;
	const shown = `(${JSON.stringify(ofModels)}.includes($parameter["operation"]) && !${model}.startsWith("=") ? ${model} + " via " : "")`;
	return `={{ ${operation} + ": " + ${shown} + ${byGateway(({ gateway }) => gateway.displayName)} }}`;
}
