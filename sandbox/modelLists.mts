import { setTimeout as delay } from 'node:timers/promises';

import type { SandboxBehaviour } from './behaviour.mjs';

/** Whether its maker has not switched the model off. */
export function isServed(model: string, { offModels = [] }: SandboxBehaviour): boolean {
	return !offModels.includes(model);
}

/** What a gateway's list of models says, when its time has come. */
export async function listedModels(
	own: Iterable<string>,
	{ listedModels: listed = [...own], modelListSeconds = 0 }: SandboxBehaviour,
): Promise<readonly string[]> {
	// Nobody need wait for it when the sandbox has ended.
	await delay(modelListSeconds * 1000, undefined, { ref: false });
	return listed;
}

/** When every model is said to be made: nobody looks at it. */
const CREATED = 1_780_000_000;

/** A list of models as OpenAI's API gives it, and BytePlus's after it (OpenAI's docs). */
export function modelList(owner: string, models: readonly string[]): object {
	return {
		object: 'list',
		data: models.map((id) => ({ id, object: 'model', created: CREATED, owned_by: owner })),
	};
}
