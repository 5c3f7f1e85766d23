import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../generation/defaults';

/** The collection of all optional fields; each gateway and operation shows only those that it has. */
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

/** Whether the output contains the files, or only their URLs. */
export const downloadOption: INodeProperties = {
	displayName: 'Download File',
	name: 'download',
	type: 'boolean',
	default: true,
	description:
		'Whether to put the finished files into the output. When off, only their links are given, which die after a day or two: the output field “expiresAt” says when, where it is known. What a gateway sends without a link comes as a file all the same.',
};

export const fileNameOption: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. cat',
	description:
		'The name of the file, by default that of the gateway’s link. The extension is always that of what the file is.',
};

/** @param defaultCount the number of items if the option is not set */
export const maxConcurrencyOption = (defaultCount: number): INodeProperties => ({
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
	default: defaultCount,
	description: 'How many items are in work at the same time',
});

/** The field of the output item that gets the file. */
export const putOutputInFieldOption: INodeProperties = {
	displayName: 'Put Output in Field',
	name: 'putOutputInField',
	type: 'string',
	default: DEFAULT_FIELD,
	hint: 'The name of the output field to put the binary file data in',
};

/**
 * @param defaultSeconds the timeout if the option is not set
 * @param description what the timeout applies to
 */
export const timeoutOption = (defaultSeconds: number, description: string): INodeProperties => ({
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: defaultSeconds,
	description,
});
