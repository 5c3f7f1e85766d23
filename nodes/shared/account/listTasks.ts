import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { invalidInput, type Failure } from '../errors/failure';
import type { TaskFilter, TaskListApi } from '../gateways/types';
import { DEFAULT_LIST_LIMIT } from '../generation/defaults';
import { TASK_STATUSES, type GenerationResult } from '../generation/result';
import {
	booleanParamOr,
	countParamOr,
	enumParamOr,
	stringListParam,
	stringParamOr,
} from '../parameters/schemas';
import type { GatewaySession } from '../transport/session';
import { fetchTaskList } from './fetchTaskList';
import type { AccountOperation } from './runOperation';
import { requireTaskApi, toTaskItem, type TaskService } from './taskService';

const listParameters = z.object({
	returnAll: booleanParamOr(false),
	limit: countParamOr(DEFAULT_LIST_LIMIT),
	filters: z.object({
		model: stringParamOr(''),
		serviceTier: enumParamOr(['', 'default', 'flex'], ''),
		status: enumParamOr(['', ...TASK_STATUSES], ''),
		taskIds: stringListParam.transform((ids) =>
			ids.flatMap((id) => id.split(/[\s,;]+/)).filter((id) => id !== ''),
		),
	}),
});

/** The labels of the form, for messages about a parameter. */
const PARAMETER_LABELS = new Map<unknown, string>([
	['returnAll', 'Return All'],
	['limit', 'Limit'],
]);

/** The most tasks that are listed if all are wanted: their items are in memory together. */
const MAX_TASKS = 10_000;

/** Get Many: the tasks of the account, one item each. Returns those that were read before a page could not be read. */
export const listTasks: AccountOperation<TaskService> = async (
	session,
	gatewayService,
	itemIndex,
) => {
	const { list } = requireTaskApi(gatewayService, 'list');
	const { returnAll, limit, filter } = readListParameters(session.context, itemIndex);
	const maxTasks = returnAll ? MAX_TASKS : limit;
	const { tasks, failure } = await fetchTiers(session, list, filter, { returnAll, maxTasks });
	const items = tasks
		.slice(0, maxTasks)
		.map((task) => toTaskItem(task, gatewayService, itemIndex, session.credentials.redact));
	if (!failure) return { items };
	const detail = `${items.length} tasks were read before`;
	return { items, failure: items.length === 0 ? failure : { ...failure, detail } };
};

/** @throws GenerationError of kind `invalidInput` */
function readListParameters(context: IExecuteFunctions, itemIndex: number) {
	const form = listParameters.safeParse({
		returnAll: context.getNodeParameter('returnAll', itemIndex, false),
		limit: context.getNodeParameter('limit', itemIndex, DEFAULT_LIST_LIMIT),
		filters: context.getNodeParameter('filters', itemIndex, {}),
	});
	if (!form.success) {
		const [issue] = form.error.issues;
		throw invalidInput(
			PARAMETER_LABELS.get(issue?.path[0]) ?? 'Filters',
			issue?.message ?? 'is not what the form asks for',
		);
	}
	const { returnAll, limit, filters } = form.data;
	const { model, serviceTier, status, taskIds } = filters;
	const filter: TaskFilter = {
		...(model === '' ? {} : { model }),
		...(serviceTier === '' ? {} : { serviceTier }),
		...(status === '' ? {} : { status }),
		...(taskIds.length === 0 ? {} : { taskIds }),
	};
	return { returnAll, limit, filter };
}

/** Fetches the tasks of all service tiers, or of the one in the filter. Some gateways list each tier apart. */
async function fetchTiers(
	session: GatewaySession,
	list: TaskListApi,
	filter: TaskFilter,
	{ returnAll, maxTasks }: { returnAll: boolean; maxTasks: number },
): Promise<{ tasks: GenerationResult[]; failure?: Failure }> {
	const tiers =
		filter.serviceTier === undefined ? (list.serviceTiers ?? [undefined]) : [filter.serviceTier];
	const found = new Map<string, GenerationResult>();
	let failure: Failure | undefined;
	for (const tier of tiers) {
		const tierFilter = tier === undefined ? filter : { ...filter, serviceTier: tier };
		const tierList = await fetchTaskList(session, list, tierFilter, maxTasks);
		// A gateway that does not know the filter returns all tasks for each tier.
		for (const [taskId, task] of tierList.found) if (!found.has(taskId)) found.set(taskId, task);
		// The user did not choose the later tiers, and a gateway may not know them. If a list failed for another reason,
		// it may have tasks that were charged, so that is reported.
		const isUnknownTier = tier !== tiers[0] && tierList.failure?.httpStatus === 400;
		failure ??= isUnknownTier ? undefined : tierList.failure;
		if (returnAll && (tierList.hasMore || found.size > maxTasks))
			failure ??= {
				kind: 'tasksNotSeen',
				message: `there are more than ${maxTasks}`,
				advice: 'Choose fewer with the filters, or set "Limit".',
			};
		if (failure) break;
	}
	const tasks = [...found.values()];
	if (tiers.length > 1) tasks.sort((a, b) => createdAtMs(b) - createdAtMs(a));
	return { tasks, ...(failure ? { failure } : {}) };
}

const createdAtMs = ({ metadata }: GenerationResult) => metadata.createdAt?.getTime() ?? 0;
