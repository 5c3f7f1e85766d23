import { agentsFlare } from './agentsFlare';
import type { Gateway } from './types';
import { gptunnel } from './gptunnel';
import { modelArk } from './modelArk';
import { myRouter } from './myRouter';

/** Every gateway, in the order of the form. The first that serves a node is its default. */
export const gateways: readonly Gateway[] = [gptunnel, myRouter, agentsFlare, modelArk];

/** A gateway, and its service for one node. */
export interface GatewayService<Service> {
	gateway: Gateway;
	service: Service;
}

function servicesOf<Service>(
	serviceOf: (gateway: Gateway) => Service | undefined,
): ReadonlyArray<GatewayService<Service>> {
	return gateways.flatMap((gateway) => {
		const service = serviceOf(gateway);
		return service === undefined ? [] : [{ gateway, service }];
	});
}

/** The gateways that each node can choose from. */
export const seedreamServices = servicesOf(({ seedream }) => seedream);
export const seedanceServices = servicesOf(({ seedance }) => seedance);
export const gptImageServices = servicesOf(({ gptImage }) => gptImage);
