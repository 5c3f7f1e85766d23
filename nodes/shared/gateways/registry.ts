import { agentsFlare } from './agentsFlare';
import type { Gateway, ImageService } from './gateway';
import { gptunnel } from './gptunnel';
import { myRouter } from './myRouter';

/** Every gateway, in the order of the form; the first that serves a node is its default. */
export const gateways: readonly Gateway[] = [gptunnel, myRouter, agentsFlare];

/** A gateway together with its image service. */
export interface ImageGateway extends Gateway {
	seedream: ImageService;
}

/** The gateways that make Seedream images. */
export const seedreamGateways: readonly ImageGateway[] = gateways.flatMap((gateway) =>
	gateway.seedream ? [{ ...gateway, seedream: gateway.seedream }] : [],
);
