import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../defaults';
import type { Server } from '../gateways/registry';
import type { MediaLimits } from '../media/mediaRequest';

type ReferenceServers = ReadonlyArray<Server<Pick<MediaLimits, 'references'>>>;

/** The names of the gateways that document links alone, and read them. */
const readersOf = (servers: ReferenceServers): string[] =>
	servers.flatMap(({ gateway, service }) => (service.references.linksOnly ? [gateway.displayName] : []));

/** What becomes of a link: a gateway that documents nothing else gets it as it is. */
function linkDescription(servers: ReferenceServers): string {
	const readers = readersOf(servers);
	const byN8n = 'n8n reads the image and sends it inside the request';
	if (readers.length === 0) return `A link: ${byN8n}`;
	const byGateway = `${readers.join(' or ')} reads the image itself, so the link has to be public`;
	return readers.length === servers.length ? `A link: ${byGateway}` : `A link: ${byGateway}; else ${byN8n}`;
}

/** What becomes of the bytes of an image: a gateway that documents nothing but links may take them, or not. */
function bytesDescription(what: string, servers: ReferenceServers): string {
	const readers = readersOf(servers);
	const sent = `${what}, which is sent inside the request`;
	return readers.length === 0 ? sent : `${sent}. ${readers.join(' and ')} may refuse that: links alone are documented there.`;
}

/**
 * The input images: files of the item, links, or base64.
 * @param servers the gateways that get them
 * @param several whether more than one makes sense
 */
export const imagesField = (
	servers: ReferenceServers,
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
						{ name: 'Base64', value: 'base64', description: bytesDescription('Text in base64, or a data URI', servers) },
						{ name: 'Binary File', value: 'binary', description: bytesDescription('A file of the input item', servers) },
						{ name: 'URL', value: 'url', description: linkDescription(servers) },
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
					description: 'The address of an image',
					displayOptions: { show: { source: ['url'] } },
				},
				{
					displayName: 'Base64',
					name: 'base64',
					type: 'string',
					default: '',
					placeholder: 'e.g. data:image/png;base64,iVBORw0K…',
					description: 'The image itself as text',
					displayOptions: { show: { source: ['base64'] } },
				},
			],
		},
	],
});
