import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../generation/defaults';

/**
 * The collection of all that is optional; each gateway and operation shows only what it has.
 * @param displayOptions where there is anything optional at all
 */
export const optionsField = (
	options: INodeProperties[],
	displayOptions: IDisplayOptions,
): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions,
	options,
});

type Where = INodeProperties['displayOptions'];

const shown = (where: Where) => (where ? { displayOptions: where } : {});

/** Whether files are brought, or their links alone. */
export const downloadOption = (where?: Where): INodeProperties => ({
	displayName: 'Download File',
	name: 'download',
	type: 'boolean',
	default: true,
	...shown(where),
	description:
		'Whether to put the finished files into the output. When off, only their links are given, which die after a day or two: the output field “expiresAt” says when, where it is known. What a gateway sends without a link comes as a file all the same.',
});

/** What the file is to be called. */
export const fileNameOption = (where?: Where): INodeProperties => ({
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. cat',
	...shown(where),
	description:
		'The name of the file, by default that of the gateway’s link. The extension is always that of what the file is.',
});

/** @param defaultCount how many items, where the option is not set */
export const maxConcurrencyOption = (defaultCount: number): INodeProperties => ({
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
	default: defaultCount,
	description: 'How many items are in work at the same time',
});

/** Where in the output item the file is put. */
export const putOutputInFieldOption = (where?: Where): INodeProperties => ({
	displayName: 'Put Output in Field',
	name: 'putOutputInField',
	type: 'string',
	default: DEFAULT_FIELD,
	...shown(where),
	hint: 'The name of the output field to put the binary file data in',
});

/**
 * @param defaultSeconds how long, where the option is not set
 * @param description what the time is counted for
 */
export const timeoutOption = (defaultSeconds: number, description: string): INodeProperties => ({
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: defaultSeconds,
	description,
});
