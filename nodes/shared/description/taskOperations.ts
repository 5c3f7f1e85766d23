import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import {
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_ON_TIMEOUT,
	DEFAULT_POLL_INTERVAL,
	DEFAULT_TASK_TIMEOUT,
	DEFAULT_WHILE_WAITING,
} from '../generation/defaults';
import type { TaskApi } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { STILL_RUNNING, WHILE_WAITING } from '../generation/labels';
import { ofOperations, operationFields } from './operation';
import {
	downloadOption,
	fileNameOption,
	maxConcurrencyOption,
	optionsField,
	putOutputInFieldOption,
	timeoutOption,
} from './options';
import { QUESTION_OPERATIONS } from './accountOperations';

/** The names of the operations in the form of a node that works in tasks, by their values. */
export const TASK_OPERATIONS = {
	generate: 'Generate',
	createTask: 'Create Task',
	getResult: 'Get Result',
	waitUntilDone: 'Wait Until Done',
	...QUESTION_OPERATIONS,
} as const;

/** The operations that buy something, and those that take up what was bought. */
export const BUYS = ['generate', 'createTask'];
const TAKES_UP = ['getResult', 'waitUntilDone'];
const WAITS = ['generate', 'waitUntilDone'];
const BRINGS_FILES = ['generate', 'getResult', 'waitUntilDone'];

/** Where the fields belong that say what is to be made. */
export const whereBought = { show: { operation: BUYS } } satisfies IDisplayOptions;

type Servers = ReadonlyArray<GatewayService<{ tasks?: TaskApi }>>;

/** The gateways that work in tasks, where not all do: one that answers with the picture itself has none. */
function gatewaysWithTasks(services: Servers): string[] | undefined {
	const withTasks = services.filter(({ service }) => service.tasks);
	return withTasks.length === services.length
		? undefined
		: withTasks.map(({ gateway }) => gateway.name);
}

/**
 * The choice of the operation.
 * @param thing what the node makes, as it stands in a title, e.g. "Video"
 */
export const taskOperationFields = (thing: string, services: Servers): INodeProperties[] => {
	const what = thing.toLowerCase();
	const gateways = gatewaysWithTasks(services);
	const whereTasks = gateways && { displayOptions: { show: { gateway: gateways } } };
	return operationFields(
		thing,
		[
			{
				name: TASK_OPERATIONS.generate,
				value: 'generate',
				description: `Order a ${what}, wait for it and bring the file. Costs money. If it is stopped meanwhile, the task ID is in n8n’s log.`,
				action: `Generate ${what}`,
			},
			{
				...whereTasks,
				name: TASK_OPERATIONS.createTask,
				value: 'createTask',
				description: `Order a ${what} and go on at once with its task ID. Costs money. To keep the ID through a Stop or a restart, switch on “Save execution progress” in the workflow’s settings.`,
				action: `Create ${what} task`,
			},
			{
				...whereTasks,
				name: TASK_OPERATIONS.getResult,
				value: 'getResult',
				description: `Look at the task of a ${what} once: its state, and the file if it is done. Costs nothing.`,
				action: `Get result of ${what} task`,
			},
			{
				...whereTasks,
				name: TASK_OPERATIONS.waitUntilDone,
				value: 'waitUntilDone',
				description: `Wait for a ${what} whose task was created before, and bring its file. Costs nothing.`,
				action: `Wait until ${what} task is done`,
			},
		],
		services,
	);
};

/** The task that is taken up. */
export const taskIdField: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 687fbd658a5526000178d729',
	displayOptions: { show: { operation: [...TAKES_UP, 'cancel'] } },
	description:
		'As Create Task gave it, in its field “taskId”. The message of a wait that ended early has it, too.',
};

/**
 * The options of a node that works in tasks; each operation shows only what it has.
 * @param own what the node has besides
 */
export const taskOptionsField = (
	services: Servers,
	own: readonly INodeProperties[],
): INodeProperties =>
	optionsField(
		[...own, ...taskOptions(gatewaysWithTasks(services))].sort((a, b) =>
			a.displayName.localeCompare(b.displayName),
		),
		ofOperations([...BUYS, ...TAKES_UP]),
	);

const whereWaits = (gateways: string[] | undefined): IDisplayOptions => ({
	show: { '/operation': WAITS, ...(gateways && { '/gateway': gateways }) },
});

/**
 * The outputs of a node that works in tasks: two where it pauses the execution, since n8n comes back by the first.
 * Of the same conditions as the option, which may be left over from another gateway or operation.
 */
export function taskOutputs(services: Servers): `={{${string}}}` {
	const gateways = gatewaysWithTasks(services);
	const conditions = [
		'($parameter["options"] || {})["whileWaiting"] === "pauseExecution"',
		`${JSON.stringify(WAITS)}.includes($parameter["operation"])`,
		...(gateways ? [`${JSON.stringify(gateways)}.includes($parameter["gateway"])`] : []),
	];
	const two = [STILL_RUNNING, 'Done'].map((displayName) => ({ type: 'main', displayName }));
	return `={{ ${conditions.join(' && ')} ? ${JSON.stringify(two)} : ["main"] }}`;
}

/** @param gateways those that work in tasks, where not all do */
const taskOptions = (gateways: string[] | undefined): INodeProperties[] => [
	downloadOption(ofOperations(BRINGS_FILES)),
	fileNameOption(ofOperations(BRINGS_FILES)),
	maxConcurrencyOption(DEFAULT_MAX_CONCURRENCY),
	{
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		options: [
			{
				name: 'Return State',
				value: 'returnState',
				description: 'Go on with the state of the task and its ID',
			},
			{
				name: 'Stop With Message',
				value: 'error',
				description: 'Fail, with the task ID in the message',
			},
		],
		default: DEFAULT_ON_TIMEOUT,
		displayOptions: whereWaits(gateways),
		description:
			'What happens when the task is not finished in time. It goes on at the gateway in either case.',
	},
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: DEFAULT_POLL_INTERVAL,
		displayOptions: whereWaits(gateways),
		description:
			'How many seconds to wait between two looks at the task. With 0 they are close at first and rarer later, which suits pictures and videos.',
	},
	putOutputInFieldOption(ofOperations(BRINGS_FILES)),
	timeoutOption(
		DEFAULT_TASK_TIMEOUT,
		'How long one item may take in all, in seconds. A task that is not finished by then goes on at the gateway and can be collected later.',
	),
	{
		displayName: WHILE_WAITING,
		name: 'whileWaiting',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Keep Running',
				value: 'keepRunning',
				description: 'The execution waits with the node: the file is there as soon as it can be',
			},
			{
				name: 'Pause Execution',
				value: 'pauseExecution',
				description: `The execution is put aside, and n8n looks again after a minute, then more rarely the longer it takes; a restart changes nothing. Wire the output “${STILL_RUNNING}” straight back into this node, and go on from “Done”.`,
			},
		],
		default: DEFAULT_WHILE_WAITING,
		displayOptions: { ...whereWaits(gateways), hide: { '@tool': [true] } },
		description:
			'Where the execution is until the task has ended. Run the whole workflow when it pauses, not this step alone.',
	},
];
