import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import {
	DEFAULT_ON_TIMEOUT,
	DEFAULT_POLL_INTERVAL,
	DEFAULT_WHILE_WAITING,
	UNTIL_CALLED,
} from '../generation/defaults';
import { joinOr } from '../generation/joinOr';
import { STILL_RUNNING, WHILE_WAITING } from '../generation/labels';
import type { OfferedService } from '../gateways/offers';
import type { ServiceOffer } from '../gateways/types';

/** The gateways of a node, as far as the wait for their tasks depends on them. */
export type TaskServices = ReadonlyArray<OfferedService<Pick<ServiceOffer, 'taskFeatures'>>>;

/** The gateways that call when the status of a task changes. */
export const listCallingGateways = (services: TaskServices): string[] =>
	services
		.filter(({ service }) => service.taskFeatures?.callback)
		.map(({ gateway }) => gateway.name);

/** Names the gateways that may not call. */
export function describeCertainty(services: TaskServices): string {
	const uncertain = services
		.filter(({ service }) => service.taskFeatures?.callback === 'perhaps')
		.map(({ gateway }) => gateway.displayName);
	return uncertain.length === 0 ? '' : `, though ${joinOr(uncertain)} may not do so`;
}

/** The values of While Waiting with which the execution pauses. */
export const pausingValues = (services: TaskServices): string[] => [
	'pauseExecution',
	...(listCallingGateways(services).length > 0 ? [UNTIL_CALLED] : []),
];

/** The options of the operations that wait for the result. */
export const waitingOptions = (services: TaskServices): INodeProperties[] => [
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
			...pauseUntilCalledChoices(services),
		],
		default: DEFAULT_WHILE_WAITING,
		displayOptions: { hide: { '@tool': [true] } },
		description:
			'Where the execution is until the task has ended. Run the whole workflow when it pauses, not this step alone.',
	},
];

/** The choice of While Waiting with which the gateway ends the pause, where there is one that calls. */
function pauseUntilCalledChoices(services: TaskServices): INodePropertyOptions[] {
	const gateways = listCallingGateways(services);
	if (gateways.length === 0) return [];
	return [
		{
			name: 'Pause Until Called',
			value: UNTIL_CALLED,
			displayOptions: { show: { '/operation': ['generate'], '/gateway': gateways } },
			description: `Like Pause Execution, but the gateway calls n8n when the task has ended${describeCertainty(services)}, so that n8n goes on at once. Needs n8n 2.14 or later whose WEBHOOK_URL can be reached from the internet. The gateway gets a URL with which this execution can be resumed. Only the last five items of a run are called for. If no call comes, the pause ends as with Pause Execution.`,
		},
	];
}
