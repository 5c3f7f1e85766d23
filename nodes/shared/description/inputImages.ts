import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_FIELD } from '../generation/defaults';
import type { ServiceOffer } from '../gateways/types';
import type { OfferedService } from '../gateways/offers';
import { ROLE_LABELS, type ImageRole } from '../generation/seedanceRequest';

type ImageServices = ReadonlyArray<
	OfferedService<Pick<ServiceOffer, 'references' | 'inputImagesLabel'>>
>;

/** The names of the gateways that document nothing but URLs, and open these themselves. */
const listReaders = (services: ImageServices): string[] =>
	services.flatMap(({ gateway, service }) =>
		service.references.linksOnly ? [gateway.displayName] : [],
	);

/** A gateway that documents nothing but URLs gets a URL as it is. */
function describeUrl(services: ImageServices): string {
	const readers = listReaders(services);
	const byN8n = 'n8n reads the image and sends it inside the request';
	if (readers.length === 0) return `A link: ${byN8n}`;
	const byGateway = `${readers.join(' or ')} reads the image itself, so the link has to be public`;
	return readers.length === services.length
		? `A link: ${byGateway}`
		: `A link: ${byGateway}; else ${byN8n}`;
}

/** A gateway that documents nothing but URLs may still accept the image itself. */
function describeBytes(what: string, services: ImageServices): string {
	const readers = listReaders(services);
	const sent = `${what}, which is sent inside the request`;
	return readers.length === 0
		? sent
		: `${sent}. ${readers.join(' and ')} may refuse that: links alone are documented there.`;
}

/** The texts of the field for the input images, which gateways call by different names. */
interface ImagesTexts {
	placeholder: string;
	description: string;
	/** Whether a row may name several images. True by default. */
	several?: boolean;
	/** The roles that a row offers: what the image is for the video. */
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
 * The input images, once for each label that gateways have for them: files of the item, URLs, or base64.
 * @param texts by that label
 */
export function imagesFields(
	services: ImageServices,
	texts: Readonly<Record<string, ImagesTexts>>,
): INodeProperties[] {
	return Object.entries(texts).map(([label, ownTexts]) => {
		const ownServices = services.filter(({ service }) => service.inputImagesLabel === label);
		const field = imagesField(ownServices, label, ownTexts);
		if (ownServices.length === services.length) return field;
		const gateways = ownServices.map(({ gateway }) => gateway.name);
		return { ...field, displayOptions: { show: { '/gateway': gateways } } };
	});
}

/** The source of one image: a file of the item, a URL, or base64. */
export const imageRowFields = (
	services: ImageServices,
	{ several = true }: Pick<ImagesTexts, 'several'>,
): INodeProperties[] => [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'Base64',
				value: 'base64',
				description: describeBytes('Text in base64, or a data URI', services),
			},
			{
				name: 'Binary File',
				value: 'binary',
				description: describeBytes('A file of the input item', services),
			},
			{ name: 'URL', value: 'url', description: describeUrl(services) },
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
		description: `The address of an image${several ? '. Several may be given, one to a line or separated by commas.' : ''}`,
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
	services: ImageServices,
	displayName: string,
	texts: ImagesTexts,
): INodeProperties => ({
	displayName,
	placeholder: texts.placeholder,
	description: texts.description,
	name: 'images',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	default: {},
	options: [
		{
			displayName: 'Image',
			name: 'image',
			values: [
				...(texts.roles ? [roleField(texts.roles)] : []),
				...imageRowFields(services, texts),
			],
		},
	],
});
