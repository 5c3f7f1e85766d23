import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ServiceOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import { TASK_STATUSES } from '../generation/result';

/** The labels of the operations that query the account or cancel a task. They are free. */
export const ACCOUNT_OPERATION_LABELS = {
	cancel: 'Cancel Task',
	getBalance: 'Get Balance',
	list: 'Get Many',
} as const;
export type AccountOperationName = keyof typeof ACCOUNT_OPERATION_LABELS;

type Services = ReadonlyArray<OfferedService<Pick<ServiceOffer, 'taskFeatures'>>>;

/** Whether a gateway supports the operation. */
const IS_SUPPORTED: Record<AccountOperationName, (gatewayService: Services[number]) => boolean> = {
	cancel: ({ service }) => service.taskFeatures?.cancel === true,
	getBalance: ({ gateway }) => gateway.tellsBalance === true,
	list: ({ service }) => service.taskFeatures?.list === true,
};

const TEXTS: Record<AccountOperationName, { description: string; action: string }> = {
	cancel: {
		description:
			'Cancel a task that still waits for its turn, so that it is not charged. Costs nothing.',
		action: 'Cancel task',
	},
	getBalance: {
		description: 'Look at what is left on the account at the gateway. Costs nothing.',
		action: 'Get account balance',
	},
	list: {
		description: 'List the tasks of the account, those of other programs, too. Costs nothing.',
		action: 'Get many tasks',
	},
};

/** Lists the account operations, each shown for the gateways that support it. Empty if none of them does. */
export function listAccountOperations(services: Services): INodePropertyOptions[] {
	return (['cancel', 'getBalance', 'list'] as const).flatMap((value) => {
		const supporting = services.filter(IS_SUPPORTED[value]).map(({ gateway }) => gateway.name);
		if (supporting.length === 0) return [];
		return [
			{
				name: ACCOUNT_OPERATION_LABELS[value],
				value,
				...TEXTS[value],
				displayOptions: { show: { gateway: supporting } },
			},
		];
	});
}

/** The parameters of Cancel Task. */
export const cancelFields: INodeProperties[] = [
	{
		displayName: 'Delete Ended Task',
		name: 'deleteEnded',
		type: 'boolean',
		default: false,
		displayOptions: { show: { operation: ['cancel'] } },
		description:
			'Whether to delete the record of a task that has ended, too. Its file can then not be collected any more.',
	},
];

const whereListed: IDisplayOptions = { show: { operation: ['list'] } };

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The parameters of Get Many. */
export const listFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		displayOptions: whereListed,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		// This is DEFAULT_LIST_LIMIT as a literal, which n8n's lint requires.
		default: 50,
		displayOptions: { show: { ...whereListed.show, returnAll: [false] } },
		description: 'Max number of results to return',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		displayOptions: { show: { '/operation': ['list'] } },
		options: [
			{
				displayName: 'Model',
				name: 'model',
				type: 'string',
				default: '',
				placeholder: 'e.g. seedance-1-0-pro-250528',
				description:
					'Only tasks of this model, as the output of a task names it, or of this inference endpoint (ep-…)',
			},
			{
				displayName: 'Service Tier',
				name: 'serviceTier',
				type: 'options',
				options: [
					{ name: 'Any', value: '' },
					{ name: 'Default', value: 'default' },
					{ name: 'Flex', value: 'flex' },
				],
				default: '',
				description: 'Only tasks that were ordered so. For any, each tier is asked for.',
			},
			{
				displayName: 'Status',
				name: 'status',
				type: 'options',
				options: [
					{ name: 'Any', value: '' },
					...[...TASK_STATUSES]
						.sort()
						.map((status) => ({ name: capitalized(status), value: status })),
				],
				default: '',
				description: 'Only tasks in this state',
			},
			{
				displayName: 'Task IDs',
				name: 'taskIds',
				type: 'string',
				default: '',
				placeholder: 'e.g. cgt-1, cgt-2',
				description: 'Only these tasks, separated by commas',
			},
		],
	},
];
