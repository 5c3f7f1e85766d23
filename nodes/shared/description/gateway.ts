import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import type { ModelOffer, ServiceOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';

/** The gateway, on which the rest of the form depends. */
export function gatewayField(
	services: ReadonlyArray<OfferedService<Pick<ServiceOffer, 'description'>>>,
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
 * One credential for each gateway, required when the gateway is chosen. The condition hides it for the others: if every
 * credential had a condition to show it, the editor would take the field `gateway` for the choice of an authentication
 * method, and leave it out of the form.
 */
export function credentialsOf(
	services: ReadonlyArray<OfferedService<unknown>>,
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
 * The text below the node on the canvas: the operation, its model and the gateway. A model that is an expression is
 * left out, as its value is unknown before the run.
 * @param operations their labels
 * @param withModel the operations that have a model
 */
export function subtitleOf(
	services: ReadonlyArray<OfferedService<ModelOffer>>,
	operations: Readonly<Record<string, string>>,
	withModel: readonly string[],
): string {
	const byGateway = (valueOf: (gatewayService: OfferedService<ModelOffer>) => string) =>
		`(${JSON.stringify(Object.fromEntries(services.map((gatewayService) => [gatewayService.gateway.name, valueOf(gatewayService)])))})[$parameter["gateway"]]`;
	const operation = `(${JSON.stringify(operations)})[$parameter["operation"]]`;
	// The editor empties the field when the gateway is changed. An empty field means the first model.
	const model = `String($rawParameter["model"] || ${byGateway(({ service }) => service.models[0].id)})`;
	const shown = `(${JSON.stringify(withModel)}.includes($parameter["operation"]) && !${model}.startsWith("=") ? ${model} + " via " : "")`;
	return `={{ ${operation} + ": " + ${shown} + ${byGateway(({ gateway }) => gateway.displayName)} }}`;
}
