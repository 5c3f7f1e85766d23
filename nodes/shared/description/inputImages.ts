import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../generation/defaults';
import type { GenerationService } from '../gateways/types';
import type { GatewayService } from '../gateways/registry';
import { ROLE_LABELS, type ImageRole } from '../generation/seedanceRequest';
import { ofOperations } from './operation';

type ReferenceServers = ReadonlyArray<
	GatewayService<Pick<GenerationService, 'references' | 'inputImagesLabel'>>
>;

/** The names of the gateways that document links alone, and read them. */
const readersOf = (services: ReferenceServers): string[] =>
	services.flatMap(({ gateway, service }) =>
		service.references.linksOnly ? [gateway.displayName] : [],
	);

/** What becomes of a link: a gateway that documents nothing else gets it as it is. */
function linkDescription(services: ReferenceServers): string {
	const readers = readersOf(services);
	const byN8n = 'n8n reads the image and sends it inside the request';
	if (readers.length === 0) return `A link: ${byN8n}`;
	const byGateway = `${readers.join(' or ')} reads the image itself, so the link has to be public`;
	return readers.length === services.length
		? `A link: ${byGateway}`
		: `A link: ${byGateway}; else ${byN8n}`;
}

/** What becomes of the bytes of an image: a gateway that documents nothing but links may take them, or not. */
function bytesDescription(what: string, services: ReferenceServers): string {
	const readers = readersOf(services);
	const sent = `${what}, which is sent inside the request`;
	return readers.length === 0
		? sent
		: `${sent}. ${readers.join(' and ')} may refuse that: links alone are documented there.`;
}

/** What the form says of the input images, where a gateway calls them so. */
interface ImagesWords {
	placeholder: string;
	description: string;
	/** Whether a row may name several files of the item. */
	several?: boolean;
	/** What each may be to the video, where it has to say so. */
	roles?: readonly ImageRole[];
}

const ROLE_DESCRIPTIONS: Record<ImageRole, string> = {
	firstFrame: 'The video begins with it',
	lastFrame: 'The video ends with it; it needs a first frame, too',
	reference: 'What is in it appears in the video. Not every model takes these.',
};

const roleField = (roles: readonly ImageRole[]): INodeProperties => ({
	displayName: 'Role',
	name: 'role',
	type: 'options',
	options: roles.map((value) => ({
		name: ROLE_LABELS[value],
		value,
		description: ROLE_DESCRIPTIONS[value],
	})),
	default: 'firstFrame',
	description: 'What the image is to the video',
});

/**
 * The input images, once for each name that gateways give them: files of the item, links, or base64.
 * @param words by that name
 * @param operations the values of those that take images
 */
export function imagesFields(
	services: ReferenceServers,
	words: Readonly<Record<string, ImagesWords>>,
	operations: string[],
): INodeProperties[] {
	return Object.entries(words).map(([label, own]) => {
		const gateways = services.filter(({ service }) => service.inputImagesLabel === label);
		const of =
			gateways.length === services.length
				? {}
				: { '/gateway': gateways.map(({ gateway }) => gateway.name) };
		return imagesField(gateways, label, own, { show: { ...of, ...ofOperations(operations).show } });
	});
}

/** Where an image comes from: a file of the item, a link, or base64. */
export const imageRowFields = (
	services: ReferenceServers,
	words: Pick<ImagesWords, 'several'>,
): INodeProperties[] => [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'Base64',
				value: 'base64',
				description: bytesDescription('Text in base64, or a data URI', services),
			},
			{
				name: 'Binary File',
				value: 'binary',
				description: bytesDescription('A file of the input item', services),
			},
			{ name: 'URL', value: 'url', description: linkDescription(services) },
		],
		default: 'binary',
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		default: DEFAULT_FIELD,
		hint: `The name of the input field containing the binary file data.${words.several !== false ? ' Several may be given, separated by commas.' : ''}`,
		displayOptions: { show: { source: ['binary'] } },
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/cat.jpeg',
		description: `The address of an image${words.several !== false ? '. Several may be given, one to a line or separated by commas.' : ''}`,
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
];

const imagesField = (
	services: ReferenceServers,
	displayName: string,
	words: ImagesWords,
	displayOptions: IDisplayOptions,
): INodeProperties => ({
	displayName,
	placeholder: words.placeholder,
	description: words.description,
	displayOptions,
	name: 'images',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	default: {},
	options: [
		{
			displayName: 'Image',
			name: 'image',
			values: [
				...(words.roles ? [roleField(words.roles)] : []),
				...imageRowFields(services, words),
			],
		},
	],
});
