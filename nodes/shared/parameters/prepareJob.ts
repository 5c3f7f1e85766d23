import { findKnownModel, getGatewayService } from './choices';
import type { CommonParams } from './common';
import type { GenerationNode } from './generationNode';
import { prepareRequest, type ItemContext } from './prepareRequest';
import { readParameters } from './read';
import { parseTaskId } from './schemas';
import type { GatewayService } from '../gateways/registry';
import type { GenerationService } from '../gateways/types';
import type { ItemFailure } from '../output/itemFailure';
import type { Job } from '../execution/job';
import { GenerationError, invalidInput } from '../errors/failure';
import { IMAGES } from '../generation/labels';

const GOAL_OF: Record<CommonParams['operation'], Job['goal']> = {
	generate: 'result',
	createTask: 'submitted',
	getResult: 'status',
	waitUntilDone: 'result',
};

/** Whether an operation of the form waits for the result. */
export const waitsForResult = (operation: unknown): boolean =>
	Object.entries(GOAL_OF).some(([name, goal]) => name === operation && goal === 'result');

/**
 * Turns the parameters of one item into a job: everything is read and checked, nothing is submitted to the gateway.
 * Never throws: if the item is invalid, its failure is returned instead of the job.
 */
export async function prepareJob(
	item: ItemContext,
	node: GenerationNode,
): Promise<Job | ItemFailure> {
	const { context, itemIndex } = item;
	let chosen: GatewayService<GenerationService> | undefined;
	try {
		chosen = getGatewayService(node.services, context, itemIndex);
		return await createJob(item, node, chosen);
	} catch (error) {
		if (!chosen) return { itemIndex, error };
		const { gateway, service } = chosen;
		return { itemIndex, gateway, error: labelInputImages(error, service.inputImagesLabel) };
	}
}

async function createJob(
	item: ItemContext,
	node: GenerationNode,
	chosen: GatewayService<GenerationService>,
): Promise<Job> {
	const { context, itemIndex } = item;
	const { gateway, service } = chosen;
	const params = readParameters(context, itemIndex, node.schema, node.hiddenDefaults);
	const { operation } = params;
	if (operation !== 'generate' && !service.tasks)
		throw invalidInput(
			'Operation',
			`${gateway.displayName} answers with the result itself and has no tasks: choose Generate`,
		);
	const resumes = operation === 'getResult' || operation === 'waitUntilDone';
	return {
		itemIndex,
		gateway,
		start: resumes
			? { taskId: parseTaskId(params.taskId) }
			: await prepareRequest(item, node, chosen, params),
		...(service.tasks ? { tasks: service.tasks } : {}),
		goal: GOAL_OF[operation],
		endOf: (modelId) => findKnownModel(service, modelId)?.end?.at,
		output: params.options,
	};
}

/** The checks name the input images by `IMAGES`. The form calls them by the label of the chosen service. */
function labelInputImages(error: unknown, label: string): unknown {
	if (!(error instanceof GenerationError) || error.failure.parameter !== IMAGES) return error;
	const { advice, ...failure } = error.failure;
	return new GenerationError({
		...failure,
		parameter: label,
		...(advice === undefined ? {} : { advice: advice.replace(`"${IMAGES}"`, `"${label}"`) }),
	});
}
