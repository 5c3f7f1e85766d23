import type { INodeProperties } from 'n8n-workflow';
import {
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_ON_TIMEOUT,
	DEFAULT_POLL_INTERVAL,
	DEFAULT_TASK_TIMEOUT,
	DEFAULT_WHILE_WAITING,
} from '../generation/defaults';
import type { ServiceOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import { CALLBACK_URL, STILL_RUNNING, WHILE_WAITING } from '../generation/labels';
import { joinOr } from '../generation/joinOr';
import { addDisplayOptions, showForOperations } from './displayOptions';
import { operationFields } from './operation';
import {
	downloadOption,
	fileNameOption,
	maxConcurrencyOption,
	optionsField,
	putOutputInFieldOption,
	timeoutOption,
} from './options';
import { ACCOUNT_OPERATION_LABELS } from './accountOperations';

/** The labels of the operations of a node that works in tasks. */
export const TASK_OPERATION_LABELS = {
	generate: 'Generate',
	createTask: 'Create Task',
	getResult: 'Get Result',
	waitUntilDone: 'Wait Until Done',
	...ACCOUNT_OPERATION_LABELS,
} as const;

/** The operations that create a task, which is charged, and those that resume one. */
export const CHARGED_OPERATIONS = ['generate', 'createTask'];
const RESUMING_OPERATIONS = ['getResult', 'waitUntilDone'];
const WAITING_OPERATIONS = ['generate', 'waitUntilDone'];
const FILE_OPERATIONS = ['generate', 'getResult', 'waitUntilDone'];

type Services = ReadonlyArray<OfferedService<Pick<ServiceOffer, 'taskFeatures'>>>;

/** The gateways that work in tasks, unless all of them do: some return the image directly. */
function listGatewaysWithTasks(services: Services): string[] | undefined {
	const withTasks = services.filter(({ service }) => service.taskFeatures);
	return withTasks.length === services.length
		? undefined
		: withTasks.map(({ gateway }) => gateway.name);
}

/**
 * The operation.
 * @param thing the kind of file that the node generates, in title case, e.g. "Video"
 */
export const taskOperationFields = (thing: string, services: Services): INodeProperties[] => {
	const what = thing.toLowerCase();
	const gateways = listGatewaysWithTasks(services);
	const whereTasks = gateways && { displayOptions: { show: { gateway: gateways } } };
	return operationFields(
		thing,
		[
			{
				name: TASK_OPERATION_LABELS.generate,
				value: 'generate',
				description: `Order a ${what}, wait for it and bring the file. Costs money. If it is stopped meanwhile, the task ID is in n8n’s log.`,
				action: `Generate ${what}`,
			},
			{
				...whereTasks,
				name: TASK_OPERATION_LABELS.createTask,
				value: 'createTask',
				description: `Order a ${what} and go on at once with its task ID. Costs money. To keep the ID through a Stop or a restart, switch on “Save execution progress” in the workflow’s settings.`,
				action: `Create ${what} task`,
			},
			{
				...whereTasks,
				name: TASK_OPERATION_LABELS.getResult,
				value: 'getResult',
				description: `Look at the task of a ${what} once: its state, and the file if it is done. Costs nothing.`,
				action: `Get result of ${what} task`,
			},
			{
				...whereTasks,
				name: TASK_OPERATION_LABELS.waitUntilDone,
				value: 'waitUntilDone',
				description: `Wait for a ${what} whose task was created before, and bring its file. Costs nothing.`,
				action: `Wait until ${what} task is done`,
			},
		],
		services,
	);
};

/** The task to resume, or to cancel. */
export const taskIdField: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 687fbd658a5526000178d729',
	displayOptions: { show: { operation: [...RESUMING_OPERATIONS, 'cancel'] } },
	description:
		'As Create Task gave it, in its field “taskId”. The message of a wait that ended early has it, too.',
};

/**
 * The options of a node that works in tasks; each operation shows only those that it has.
 * @param own the node's own options, which apply to a new task
 */
export function taskOptionsField(
	services: Services,
	own: readonly INodeProperties[],
): INodeProperties {
	const options = [
		...addDisplayOptions(showForOperations(CHARGED_OPERATIONS), own),
		...callbackUrlOptions(services),
		...taskOptions(listGatewaysWithTasks(services)),
	];
	return optionsField(
		options.sort((a, b) => a.displayName.localeCompare(b.displayName)),
		showForOperations([...CHARGED_OPERATIONS, ...RESUMING_OPERATIONS]),
	);
}

/** The address that a gateway calls, where there is one that does. */
function callbackUrlOptions(services: Services): INodeProperties[] {
	const calling = services.filter(({ service }) => service.taskFeatures?.callback);
	if (calling.length === 0) return [];
	const gateways = calling.map(({ gateway }) => gateway.name);
	const uncertain = calling
		.filter(({ service }) => service.taskFeatures?.callback === 'perhaps')
		.map(({ gateway }) => gateway.displayName);
	const certainty = uncertain.length === 0 ? '' : `, though ${joinOr(uncertain)} may not do so`;
	return addDisplayOptions({ show: { '/operation': ['createTask'], '/gateway': gateways } }, [
		{
			displayName: CALLBACK_URL,
			name: 'callbackUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://n8n.example.com/webhook/video-changed',
			description: `The production URL of a Webhook node, to which the gateway sends the task whenever its status changes${certainty}. Anyone may call that URL, so take only the ID from what arrives, and run Get Result with it.`,
		},
	]);
}

/**
 * The outputs of a node that works in tasks: two if it pauses the execution, as n8n then resumes by the first. The
 * conditions are those of the option, whose value may be left over from another gateway or operation.
 */
export function taskOutputs(services: Services): `={{${string}}}` {
	const gateways = listGatewaysWithTasks(services);
	const conditions = [
		'($parameter["options"] || {})["whileWaiting"] === "pauseExecution"',
		`${JSON.stringify(WAITING_OPERATIONS)}.includes($parameter["operation"])`,
		...(gateways ? [`${JSON.stringify(gateways)}.includes($parameter["gateway"])`] : []),
	];
	const two = [STILL_RUNNING, 'Done'].map((displayName) => ({ type: 'main', displayName }));
	return `={{ ${conditions.join(' && ')} ? ${JSON.stringify(two)} : ["main"] }}`;
}

/** The options of the operations that wait for the result. */
const waitingOptions: INodeProperties[] = [
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
		description:
			'What happens when the task is not finished in time. It goes on at the gateway in either case.',
	},
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: DEFAULT_POLL_INTERVAL,
		description:
			'How many seconds to wait between two looks at the task. With 0 they are close at first and rarer later, which suits pictures and videos.',
	},
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
		displayOptions: { hide: { '@tool': [true] } },
		description:
			'Where the execution is until the task has ended. Run the whole workflow when it pauses, not this step alone.',
	},
];

/** @param gateways those that work in tasks, unless all of them do */
const taskOptions = (gateways: string[] | undefined): INodeProperties[] => [
	...addDisplayOptions(showForOperations(FILE_OPERATIONS), [
		downloadOption,
		fileNameOption,
		putOutputInFieldOption,
	]),
	maxConcurrencyOption(DEFAULT_MAX_CONCURRENCY),
	timeoutOption(
		DEFAULT_TASK_TIMEOUT,
		'How long one item may take in all, in seconds. A task that is not finished by then goes on at the gateway and can be collected later.',
	),
	...addDisplayOptions(
		{ show: { '/operation': WAITING_OPERATIONS, ...(gateways && { '/gateway': gateways }) } },
		waitingOptions,
	),
];
