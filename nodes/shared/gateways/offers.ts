import { agentsFlareOffer } from './agentsFlare/offer';
import { gptunnelOffer } from './gptunnel/offer';
import { modelArkOffer } from './modelArk/offer';
import { myRouterOffer } from './myRouter/offer';
import type { GatewayOffer } from './types';

/**
 * What every gateway offers, in the order of the form. The first that serves a node is its default. How to talk to them
 * is in the registry, which names them once more, so that n8n does not load that when it starts.
 */
export const offers: readonly GatewayOffer[] = [
	gptunnelOffer,
	myRouterOffer,
	agentsFlareOffer,
	modelArkOffer,
];

/** A gateway, and what it has for one node. */
export interface OfferedService<Service, Of extends GatewayOffer = GatewayOffer> {
	gateway: Of;
	service: Service;
}

/** Lists the gateways that have something for a node, in their order. */
export function listServices<Of extends GatewayOffer, Service>(
	gateways: readonly Of[],
	serviceOf: (gateway: Of) => Service | undefined,
): ReadonlyArray<OfferedService<Service, Of>> {
	return gateways.flatMap((gateway) => {
		const service = serviceOf(gateway);
		return service === undefined ? [] : [{ gateway, service }];
	});
}

/** What each node can choose from. */
export const seedreamOffers = listServices(offers, ({ seedream }) => seedream);
export const seedanceOffers = listServices(offers, ({ seedance }) => seedance);
export const gptImageOffers = listServices(offers, ({ gptImage }) => gptImage);
