import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../defaults';

/** The collection of all that is optional; each gateway and operation shows only what it has. */
export const optionsField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options,
});

type Where = INodeProperties['displayOptions'];

const shown = (where: Where) => (where ? { displayOptions: where } : {});

export const downloadOption = (where?: Where): INodeProperties => ({
	displayName: 'Download',
	name: 'download',
	type: 'boolean',
	default: true,
	...shown(where),
	description: 'Whether to put the finished files into the output. When off, only their links are given, which expire.',
});

export const fileNameOption = (where?: Where): INodeProperties => ({
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. cat',
	...shown(where),
	description: 'The name of the file, by default that of the gateway’s link. The extension is always that of what the file is.',
});

export const maxConcurrencyOption = (defaultCount: number): INodeProperties => ({
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
	default: defaultCount,
	description: 'How many items are in work at the same time',
});

export const putOutputInFieldOption = (where?: Where): INodeProperties => ({
	displayName: 'Put Output in Field',
	name: 'putOutputInField',
	type: 'string',
	default: DEFAULT_FIELD,
	...shown(where),
	hint: 'The name of the output field to put the binary file data in',
});

export const timeoutOption = (defaultSeconds: number, description: string): INodeProperties => ({
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: defaultSeconds,
	description,
});
