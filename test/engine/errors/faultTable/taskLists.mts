import { summaryOf } from '../../../support/wording.mjs';
import { GATEWAY_NAMES, page, refusal, type Row, type Service, times } from './table.mjs';

/** Gateways whose list of tasks tells the status of all tasks of a run. */
const SERVICES: Service[] = (['modelArk', 'agentsFlare'] as const).map((gateway) => ({
	gateway,
	node: 'Seedance',
	operation: 'generate',
}));

/** More than are polled by themselves if they come a moment after the list, as on a busy machine. */
const TASKS = 12;
const ALL = Array.from({ length: TASKS }, () => 'succeeded');

/** They have ended when they are polled for the first time. */
const TASK_SECONDS = 2;

const EMPTY = { status: 200, body: { total: 0, items: [] } };

/** Each in the order: what is wrong, the lists that are requested, and the polls of single tasks. */
export const taskLists = SERVICES.flatMap(({ gateway, ...service }): Row[] => {
	const common = {
		...service,
		gateway,
		itemCount: TASKS,
		behaviour: { taskSeconds: TASK_SECONDS },
		// The interval that adapts.
		options: { pollInterval: 0 },
	};
	const good = { paid: TASKS, items: ALL };
	const refused = { status: 404, body: refusal(gateway, 404, 'Cannot GET') };
	const failing = { status: 500, body: refusal(gateway, 500, 'Internal error') };
	const byList = (
		fault: string,
		[lists, singlePolls]: [number, number],
		behaviour: Row['behaviour'],
	): Row => ({
		...common,
		fault,
		behaviour: { ...common.behaviour, ...behaviour },
		expect: { ...good, lists, singlePolls },
	});
	return [
		byList('nothing: one of the tasks is polled by itself as a check', [1, 1], {}),
		byList('the list is refused', [1, TASKS], { listFaults: times(9, refused) }),
		byList('a page of HTML is in place of the list', [2, TASKS], {
			listFaults: times(9, page(200)),
		}),
		byList('the list fails once', [2, 1], { listFaults: [failing] }),
		byList('the list always fails', [2, TASKS], { listFaults: times(9, failing) }),
		byList('the connection of the list is cut once', [2, 1], { listFaults: ['reset'] }),
		byList('the list is cut in the middle once', [2, 1], { listFaults: ['half'] }),
		byList('the list is empty', [2, TASKS], { listFaults: [EMPTY] }),
		byList('the list takes IDs with commas alone', [2, TASKS - 1], {
			taskList: { idFilter: 'onlyCommas' },
		}),
		byList('the list ends after 2 tasks', [2, TASKS - 2], { mostListed: 2 }),
		byList('the list ends after 8 tasks', [2, TASKS - 8], { mostListed: 8 }),
		byList('a task is missing in the list', [2, 2], {
			taskList: { lacks: ({ number }) => number === 3 },
		}),
		byList('an entry of the list has no ID', [2, 2], {
			taskList: { malforms: ({ number }) => number === 3 },
		}),
		byList('the list has no links', [1, TASKS], { taskList: { omits: ['content'] } }),
		byList('the list has links without states', [1, 1], { taskList: { omits: ['status'] } }),
		byList('the list is of another account', [1, TASKS], {
			taskList: { idFilter: 'tasksOfOthers' },
		}),
		byList('the list is not up to date', [1, TASKS], { taskList: { isFrozen: true } }),
		byList('the list does not have the tasks yet', [2, TASKS], { taskList: { lagSeconds: 60 } }),
		{
			...byList('the tasks of both service tiers are listed apart', [2, 1], {}),
			options: {
				pollInterval: 0,
				serviceTier: '={{ $json.number % 2 === 0 ? "default" : "flex" }}',
			},
		},
		{
			...byList('tasks that fail are polled by themselves', [1, TASKS], { taskEnd: 'failed' }),
			onError: 'continueRegularOutput',
			expect: {
				paid: TASKS,
				items: ALL.map(() => 'error'),
				message: `${GATEWAY_NAMES[gateway]}: ${summaryOf('taskFailed')} (`,
				lists: 1,
				singlePolls: TASKS,
			},
		},
	];
});
