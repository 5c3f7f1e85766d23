import { agentsFlare } from './agentsFlare';
import type { Gateway } from './types';
import { gptunnel } from './gptunnel';
import { modelArk } from './modelArk';
import { myRouter } from './myRouter';
import { listServices, type OfferedService } from './offers';

/** How to talk to every gateway, in the order of their offers. */
export const gateways: readonly Gateway[] = [gptunnel, myRouter, agentsFlare, modelArk];

/** A gateway, and its service for one node. */
export type GatewayService<Service> = OfferedService<Service, Gateway>;

/** The gateways that each node can choose from. */
export const seedreamServices = listServices(gateways, ({ seedream }) => seedream);
export const seedanceServices = listServices(gateways, ({ seedance }) => seedance);
export const gptImageServices = listServices(gateways, ({ gptImage }) => gptImage);
