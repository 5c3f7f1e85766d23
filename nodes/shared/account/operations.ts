import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';
import { DEFAULT_LIST_LIMIT } from '../generation/defaults';
import { knownModel } from '../parameters/choices';
import {
	countParamOr,
	enumParamOr,
	taskIdFrom,
	stringParamOr,
	stringListParam,
	booleanParamOr,
} from '../parameters/schemas';
import type { GenerationService, TaskFilter, TaskListApi, TaskApi } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { ask } from './callGateway';
import { MAX_LIST_BYTES } from '../transport/body';
import type { GatewaySession } from '../transport/session';
import { fetchTaskStatus } from '../polling/fetchTaskStatus';
import { invalidInput, GenerationError, oneLine, type Failure } from '../errors/failure';
import { toFailure } from '../errors/retryPolicy';
import type { TaskStatus, GenerationResult } from '../generation/result';
import { toResultItem } from '../output/resultItem';
import type { AccountOperation } from './runOperation';

type WithTasks = Pick<GenerationService, 'tasks' | 'models' | 'otherNames' | 'anyModel'>;

/** What is left on the account. */
export const tellBalance: AccountOperation<unknown> = async (session, { gateway }) => {
	if (!gateway.balance)
		throw invalidInput(
			'Operation',
			`${gateway.displayName} does not tell the balance of an account`,
		);
	const balance = await ask(
		session,
		gateway.balance.buildRequest(),
		gateway.balance.parseResponse,
		'balanceNotSeen',
	);
	return { items: [{ json: { gateway: gateway.name, ...balance } }] };
};

function tasksOf<Key extends 'list' | 'cancel'>(
	{ gateway, service }: GatewayService<WithTasks>,
	key: Key,
): TaskApi & Required<Pick<TaskApi, Key>> {
	const { tasks } = service;
	if (!has(tasks, key))
		throw invalidInput('Operation', `${gateway.displayName} cannot ${key} tasks`);
	return tasks;
}

function has<Key extends 'list' | 'cancel'>(
	tasks: TaskApi | undefined,
	key: Key,
): tasks is TaskApi & Required<Pick<TaskApi, Key>> {
	return tasks?.[key] !== undefined;
}

const STATUSES = [
	'queued',
	'running',
	'succeeded',
	'failed',
	'cancelled',
	'expired',
] as const satisfies readonly TaskStatus[];

const listForm = z.object({
	returnAll: booleanParamOr(false),
	limit: countParamOr(DEFAULT_LIST_LIMIT),
	filters: z.object({
		model: stringParamOr(''),
		serviceTier: enumParamOr(['', 'default', 'flex'], ''),
		status: enumParamOr(['', ...STATUSES], ''),
		taskIds: stringListParam.transform((ids) =>
			ids.flatMap((id) => id.split(/[\s,;]+/)).filter((id) => id !== ''),
		),
	}),
});

/** The labels of the form, for what is said about a parameter. */
const LIST_LABELS = new Map<unknown, string>([
	['returnAll', 'Return All'],
	['limit', 'Limit'],
]);

/** The tasks of the account, one item each: all that came, where a page could not be read. */
export const listTasks: AccountOperation<WithTasks> = async (
	session,
	gatewayService,
	itemIndex,
) => {
	const { list } = tasksOf(gatewayService, 'list');
	const { context } = session;
	const form = listForm.safeParse({
		returnAll: context.getNodeParameter('returnAll', itemIndex, false),
		limit: context.getNodeParameter('limit', itemIndex, DEFAULT_LIST_LIMIT),
		filters: context.getNodeParameter('filters', itemIndex, {}),
	});
	if (!form.success) {
		const [issue] = form.error.issues;
		throw invalidInput(
			LIST_LABELS.get(issue?.path[0]) ?? 'Filters',
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
	const most = returnAll ? MAX_TASKS : limit;
	const tiers = serviceTier === '' ? (list.serviceTiers ?? [undefined]) : [serviceTier];
	const found = new Map<string, GenerationResult>();
	let failure: Failure | undefined;
	for (const tier of tiers) {
		const ofTier = await tasksOfTier(
			session,
			list,
			tier === undefined ? filter : { ...filter, serviceTier: tier },
			most,
		);
		// A gateway that does not know the filter lists all, each time.
		for (const [taskId, task] of ofTier.found) if (!found.has(taskId)) found.set(taskId, task);
		// Nobody asked for the later tiers by name, and a gateway may refuse to know them. A list that could not be had for
		// another reason may have tasks that were paid for, so that is told.
		const isUnknown = tier !== tiers[0] && ofTier.failure?.httpStatus === 400;
		failure ??= isUnknown ? undefined : ofTier.failure;
		if (returnAll && (ofTier.isMore || found.size > most))
			failure ??= {
				kind: 'tasksNotSeen',
				message: `there are more than ${most}`,
				advice: 'Choose fewer with the filters, or set "Limit".',
			};
		if (failure) break;
	}
	const tasks = [...found.values()];
	const newestFirst =
		tiers.length > 1
			? tasks.sort(
					(a, b) => (b.metadata.createdAt?.getTime() ?? 0) - (a.metadata.createdAt?.getTime() ?? 0),
				)
			: tasks;
	const items = newestFirst
		.slice(0, most)
		.map((task) => stateItem(session.credentials.redact, gatewayService, task));
	if (!failure) return { items };
	return {
		items,
		failure:
			items.length === 0
				? failure
				: { ...failure, detail: `${items.length} tasks were read before` },
	};
};

/** So many are listed at once where all are wanted: the items are in memory together. */
const MAX_TASKS = 10_000;

/** What is known of the tasks of one tier. */
interface OfTier {
	/** By their ids. */
	found: ReadonlyMap<string, GenerationResult>;
	/** Whether the gateway has more of them than were wanted. */
	isMore: boolean;
	/** Why the rest could not be read. */
	failure?: Failure;
}

/** At most so many tasks of one tier, page by page, whatever the gateway takes for the length of one. Never throws. */
async function tasksOfTier(
	session: GatewaySession,
	list: TaskListApi,
	filter: TaskFilter,
	most: number,
): Promise<OfTier> {
	const listed = new Set<string>();
	const found = new Map<string, GenerationResult>();
	let unreadable = 0;
	try {
		for (let page = 1; found.size < most; page++) {
			const { tasks, entries, total } = await ask(
				session,
				list.buildRequest(filter, page),
				(body) => list.parseResponse(body),
				'tasksNotSeen',
				MAX_LIST_BYTES,
			);
			const before = listed.size;
			for (const task of tasks) {
				const { taskId = '' } = task.metadata;
				listed.add(taskId);
				if (list.matches(task, filter)) found.set(taskId, task);
			}
			unreadable += entries - tasks.length;
			const isWhole = total !== undefined && listed.size + unreadable >= total;
			if (isWhole || entries === 0) return { found, isMore: false };
			if (listed.size > before) continue;
			// The same page again: where the gateway does not say how many there are, that is the end.
			if (total === undefined) return { found, isMore: false };
			return {
				found,
				isMore: false,
				failure: {
					kind: 'tasksNotSeen',
					message: `the gateway lists ${listed.size} of ${total} tasks, and the same ones on each page`,
				},
			};
		}
		return { found, isMore: true };
	} catch (error) {
		return { found, isMore: true, failure: toFailure(error) };
	}
}

/** States after which a gateway forgets a task where it is told to delete it. */
const ENDED: readonly TaskStatus[] = ['succeeded', 'failed', 'expired'];

/** Cancels a task that waits for its turn. One that has ended the gateway would forget: only where the user wants that. */
export const cancelTask: AccountOperation<WithTasks> = async (
	session,
	gatewayService,
	itemIndex,
) => {
	const tasks = tasksOf(gatewayService, 'cancel');
	const taskId = taskIdFrom(session.context.getNodeParameter('taskId', itemIndex, ''));
	const deleteEnded = booleanParamOr(false).safeParse(
		session.context.getNodeParameter('deleteEnded', itemIndex, false),
	);
	if (!deleteEnded.success) throw invalidInput('Delete Ended Task', 'has to be true or false');
	const result = await cancel(session, tasks, taskId, deleteEnded.data).catch((error: unknown) => {
		throw error instanceof GenerationError
			? new GenerationError({ ...error.failure, taskId })
			: error;
	});
	return {
		items: [
			stateItem(session.credentials.redact, gatewayService, {
				...result,
				metadata: { ...result.metadata, taskId },
			}),
		],
	};
};

/** @returns the task as it then is, or was before it was forgotten */
async function cancel(
	session: GatewaySession,
	tasks: TaskApi & Required<Pick<TaskApi, 'cancel'>>,
	taskId: string,
	mayForget: boolean,
): Promise<GenerationResult> {
	const now = await fetchTaskStatus(session, tasks, taskId);
	if ('error' in now)
		throw new GenerationError(
			now.error.kind === 'taskNotFound' ? now.error : { ...now.error, kind: 'notCancelled' },
		);
	const { result } = now;
	const { status } = result.metadata;
	const forgets = ENDED.includes(status) && mayForget;
	if (status !== 'queued' && !forgets)
		throw new GenerationError({ kind: 'notCancelled', message: `its state is ${status}` });
	await ask(session, tasks.cancel(taskId), () => undefined, 'notCancelled');
	return forgets
		? result
		: {
				...result,
				metadata: { ...result.metadata, status: 'cancelled', gatewayStatus: 'cancelled' },
			};
}

/** A task as it is, without its file. */
function stateItem(
	redact: (words: string) => string,
	{ gateway, service }: GatewayService<WithTasks>,
	{ files, metadata, failure }: GenerationResult,
): INodeExecutionData {
	const [made] = files;
	const { taskId = '' } = metadata;
	const errorMessage = failure && oneLine(redact(failure.message));
	return toResultItem({
		job: {
			itemIndex: 0,
			gateway,
			start: { taskId },
			endOf: (model) => knownModel(service, model)?.end?.at,
			output: { putOutputInField: '' },
		},
		redact,
		taskId,
		metadata,
		...(errorMessage ? { errorMessage } : {}),
		...(made ? { file: made } : {}),
	});
}
