import type { INodeExecutionData } from 'n8n-workflow';
import { invalidInput, oneLine } from '../errors/failure';
import type { GatewayService } from '../gateways/registry';
import type { GenerationService, TaskApi } from '../gateways/types';
import type { GenerationResult } from '../generation/result';
import { toResultItem } from '../output/resultItem';
import { findKnownModel } from '../parameters/choices';

/** A service that may work in tasks. */
export type TaskService = Pick<GenerationService, 'tasks' | 'models' | 'otherNames' | 'anyModel'>;

type TaskApiWith<Method extends 'list' | 'cancel'> = TaskApi & Required<Pick<TaskApi, Method>>;

/** @throws GenerationError of kind `invalidInput` if the gateway cannot list, or cancel, tasks */
export function requireTaskApi<Method extends 'list' | 'cancel'>(
	{ gateway, service }: GatewayService<TaskService>,
	method: Method,
): TaskApiWith<Method> {
	const { tasks } = service;
	if (!supports(tasks, method))
		throw invalidInput('Operation', `${gateway.displayName} cannot ${method} tasks`);
	return tasks;
}

function supports<Method extends 'list' | 'cancel'>(
	tasks: TaskApi | undefined,
	method: Method,
): tasks is TaskApiWith<Method> {
	return tasks?.[method] !== undefined;
}

/**
 * Converts a task to an output item, with its status but without its file.
 * @param redact removes the key from a text
 */
export function toTaskItem(
	{ files, metadata, failure }: GenerationResult,
	{ gateway, service }: GatewayService<TaskService>,
	itemIndex: number,
	redact: (text: string) => string,
): INodeExecutionData {
	const [file] = files;
	const errorMessage = failure && oneLine(redact(failure.message));
	return toResultItem({
		source: {
			itemIndex,
			gatewayName: gateway.name,
			endOf: (model) => findKnownModel(service, model)?.end?.at,
		},
		redact,
		taskId: metadata.taskId ?? '',
		metadata,
		...(errorMessage ? { errorMessage } : {}),
		...(file ? { file } : {}),
	});
}
