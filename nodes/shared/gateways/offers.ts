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

/** A gateway, and what it offers for one node. */
export interface OfferedService<Offer> {
	gateway: GatewayOffer;
	service: Offer;
}

function offersOf<Offer>(
	offerOf: (gateway: GatewayOffer) => Offer | undefined,
): ReadonlyArray<OfferedService<Offer>> {
	return offers.flatMap((gateway) => {
		const service = offerOf(gateway);
		return service === undefined ? [] : [{ gateway, service }];
	});
}

/** What each node can choose from. */
export const seedreamOffers = offersOf(({ seedream }) => seedream);
export const seedanceOffers = offersOf(({ seedance }) => seedance);
export const gptImageOffers = offersOf(({ gptImage }) => gptImage);
