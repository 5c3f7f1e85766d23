import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_MAX_CONCURRENCY, DEFAULT_TASK_TIMEOUT } from '../generation/defaults';
import { CALLBACK_URL, STILL_RUNNING } from '../generation/labels';
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
import {
	describeCertainty,
	listCallingGateways,
	pausingValues,
	waitingOptions,
	type TaskServices,
} from './waitingOptions';

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

/** The gateways that work in tasks, unless all of them do: some return the image directly. */
function listGatewaysWithTasks(services: TaskServices): string[] | undefined {
	const withTasks = services.filter(({ service }) => service.taskFeatures);
	return withTasks.length === services.length
		? undefined
		: withTasks.map(({ gateway }) => gateway.name);
}

/**
 * The operation.
 * @param thing the kind of file that the node generates, in title case, e.g. "Video"
 */
export const taskOperationFields = (thing: string, services: TaskServices): INodeProperties[] => {
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
	services: TaskServices,
	own: readonly INodeProperties[],
): INodeProperties {
	const options = [
		...addDisplayOptions(showForOperations(CHARGED_OPERATIONS), own),
		...callbackUrlOptions(services),
		...taskOptions(services, listGatewaysWithTasks(services)),
	];
	return optionsField(
		options.sort((a, b) => a.displayName.localeCompare(b.displayName)),
		showForOperations([...CHARGED_OPERATIONS, ...RESUMING_OPERATIONS]),
	);
}

/** The address that a gateway calls, where there is one that does. */
function callbackUrlOptions(services: TaskServices): INodeProperties[] {
	const gateways = listCallingGateways(services);
	if (gateways.length === 0) return [];
	return addDisplayOptions({ show: { '/operation': ['createTask'], '/gateway': gateways } }, [
		{
			displayName: CALLBACK_URL,
			name: 'callbackUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://n8n.example.com/webhook/video-changed',
			description: `The production URL of a Webhook node, to which the gateway sends the task whenever its status changes${describeCertainty(services)}. Anyone may call that URL, so take only the ID from what arrives, and run Get Result with it.`,
		},
	]);
}

/**
 * The outputs of a node that works in tasks: two if it pauses the execution, as n8n then resumes by the first. The
 * conditions are those of the option, whose value may be left over from another gateway or operation.
 */
export function taskOutputs(services: TaskServices): `={{${string}}}` {
	const gateways = listGatewaysWithTasks(services);
	const conditions = [
		`${JSON.stringify(pausingValues(services))}.includes(($parameter["options"] || {})["whileWaiting"])`,
		`${JSON.stringify(WAITING_OPERATIONS)}.includes($parameter["operation"])`,
		...(gateways ? [`${JSON.stringify(gateways)}.includes($parameter["gateway"])`] : []),
	];
	const two = [STILL_RUNNING, 'Done'].map((displayName) => ({ type: 'main', displayName }));
	return `={{ ${conditions.join(' && ')} ? ${JSON.stringify(two)} : ["main"] }}`;
}

const taskOptions = (services: TaskServices, gateways?: string[]): INodeProperties[] => [
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
		waitingOptions(services),
	),
];
