import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../defaults';

/**
 * The input images: files of the item, links, or base64.
 * @param several whether more than one makes sense
 */
export const imagesField = (
	words: Pick<INodeProperties, 'displayName' | 'description' | 'placeholder' | 'displayOptions'>,
	several = true,
): INodeProperties => ({
	...words,
	name: 'images',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	default: {},
	options: [
		{
			displayName: 'Image',
			name: 'image',
			values: [
				{
					displayName: 'Source',
					name: 'source',
					type: 'options',
					options: [
						{ name: 'Base64', value: 'base64', description: 'Text in base64, or a data URI' },
						{ name: 'Binary File', value: 'binary', description: 'A file of the input item' },
						{ name: 'URL', value: 'url', description: 'A link to an image' },
					],
					default: 'binary',
				},
				{
					displayName: 'Input Data Field Name',
					name: 'binaryPropertyName',
					type: 'string',
					default: DEFAULT_FIELD,
					hint: `The name of the input field containing the binary file data.${several ? ' Several may be given, separated by commas.' : ''}`,
					displayOptions: { show: { source: ['binary'] } },
				},
				{
					displayName: 'URL',
					name: 'url',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://example.com/cat.jpeg',
					displayOptions: { show: { source: ['url'] } },
				},
				{
					displayName: 'Base64',
					name: 'base64',
					type: 'string',
					default: '',
					placeholder: 'e.g. data:image/png;base64,iVBORw0K…',
					displayOptions: { show: { source: ['base64'] } },
				},
			],
		},
	],
});
