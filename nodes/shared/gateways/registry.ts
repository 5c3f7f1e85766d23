import { agentsFlare } from './agentsFlare';
import type { Gateway } from './types';
import type { OfferedService } from './offers';
import { gptunnel } from './gptunnel';
import { modelArk } from './modelArk';
import { myRouter } from './myRouter';

/** How to talk to every gateway, in the order of their offers. */
export const gateways: readonly Gateway[] = [gptunnel, myRouter, agentsFlare, modelArk];

/** A gateway, and its service for one node. */
export interface GatewayService<Service> extends OfferedService<Service> {
	gateway: Gateway;
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
