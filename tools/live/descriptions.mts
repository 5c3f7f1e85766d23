import { agentsFlare, modelArk } from './descriptions/byteplus.mjs';
import { gptunnel } from './descriptions/gptunnel.mjs';
import { myRouter } from './descriptions/myRouter.mjs';
import type { Description } from './compare.mjs';

/** The answers of one service. What is not there is not compared. */
export interface ServiceDescriptions {
	/** To an order that is accepted. */
	order: Description;
	/** To a look at a task, in any state. */
	state?: Description;
	/** To a look at a task that does not exist, or an attempt to cancel it. */
	unknownTask?: Description;
	/** To a look with a wrong key. */
	wrongKey?: Description;
	/** A page of the list of tasks. */
	list?: Description;
}

/** The answers of one gateway. */
export interface GatewayDescriptions {
	/** To the question of the credential's test. */
	credentialTest: Description;
	/** To the same question with a wrong key. */
	wrongKey: Description;
	balance?: Description;
	/** A task's id that has the gateway's form, and that no task has. */
	unknownTaskId?: string;
	seedream?: ServiceDescriptions;
	seedance?: ServiceDescriptions;
	gptImage?: ServiceDescriptions;
}

/**
 * What each gateway answers, by its name: strict, and apart from what the package reads, which passes over all that it
 * does not need.
 */
export const DESCRIPTIONS: Readonly<Record<string, GatewayDescriptions>> = {
	gptunnel,
	myRouter,
	agentsFlare,
	modelArk,
};
