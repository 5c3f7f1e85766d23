import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { startDeadline } from '../time/deadline';
import {
	checkedReference,
	findFile,
	inputFileSchema,
	type CheckedReference,
	type InputFile,
	type ReferenceSource,
} from '../files/inputImages';
import type { ReferenceCache } from '../files/referenceCache';
import { invalidInput } from '../errors/failure';
import { linksIn } from '../media/url';
import { checkTotalSize } from '../generation/requestChecks';
import type { ReferenceRules } from '../generation/request';
import { IMAGE_ROLES, type ImageRole } from '../generation/seedanceRequest';
import { enumParamOr, stringParam, stringListParam } from './schemas';

const splitNames = (names: string): string[] =>
	names
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');

/** A file as `$binary` gives it, or the names of fields with files, separated by commas. */
const inputFile = z.union([inputFileSchema, stringParam.transform(splitNames)]);

/** The files of a row. An expression may return one, a list, or all files of an item by their fields. */
const inputFiles = z.union(
	[
		inputFile.transform((file) => [file].flat()),
		z.array(inputFile).transform((files) => files.flat()),
		z.record(inputFileSchema).transform(Object.values<InputFile>),
	],
	{
		errorMap: () => ({
			message:
				'the input data field name of an image has to be a name, or a file as {{ $binary.data }} gives it',
		}),
	},
);

/** One row of input images. */
export const imageSchema = z.object({
	source: enumParamOr(['binary', 'url', 'base64'], 'binary'),
	binaryPropertyName: inputFiles.default(''),
	url: stringListParam,
	base64: stringListParam,
	role: enumParamOr(IMAGE_ROLES, 'firstFrame'),
});

/** The parameter `images`. */
export const imagesSchema = z.object({ image: z.array(imageSchema).default([]) }).default({});

/** An input image with its role in a video. */
export type Reference = ReferenceSource & { role: ImageRole };

/**
 * Lists the input images that the rows name, in order.
 * @param label by which a failure names the images
 * @param asLink whether the gateway opens their URLs itself
 * @throws GenerationError of kind `invalidInput` if a row names no file
 */
export function readReferences(
	{ image: rows }: { image: ReadonlyArray<z.output<typeof imageSchema>> },
	label: string,
	asLink: boolean,
): Reference[] {
	return rows.flatMap((row): Reference[] => {
		const { role } = row;
		if (row.source === 'url')
			return orOneEmpty(row.url.flatMap(linksIn)).map((url) => ({
				source: 'url',
				url,
				asLink,
				role,
			}));
		if (row.source === 'base64')
			return orOneEmpty(row.base64).map((base64) => ({ source: 'base64', base64, role }));
		const files = row.binaryPropertyName;
		if (files.length === 0)
			throw invalidInput(label, 'the input data field name of an image is empty');
		return files.map((file) => ({ source: 'binary', file, role }));
	});
}

/** An empty row counts as an empty image, so that it is rejected when it is read, rather than ignored. */
const orOneEmpty = (sources: readonly string[]): readonly string[] =>
	sources.length > 0 ? sources : [''];

/** Identifies input images before they are read: by their URLs, their data, or the files of the item. */
export function identifyReferences(
	references: readonly ReferenceSource[],
	context: IExecuteFunctions,
	itemIndex: number,
): unknown[] {
	return references.map((reference) => {
		if (reference.source !== 'binary') return reference;
		const file = findFile(context, itemIndex, reference.file);
		// n8n moves the files of a webhook to their execution when that has ended: only the end of the ID stays the same.
		return file?.id?.replace(/^.*\//, '') ?? file?.data;
	});
}

/** An image with a field and limits of its own: a mask. */
export interface SpecialReference {
	reference: ReferenceSource;
	/** The label of its field. */
	label: string;
	rules: ReferenceRules;
}

/**
 * Reads and checks the images of one item, one after another.
 * @param mask the last of the images, if there is one
 * @param timeoutSeconds the limit for reading all of them
 * @throws GenerationError of kind `invalidInput` for an image that would be rejected, or if they are too large together
 */
export async function checkReferences(
	from: {
		context: IExecuteFunctions;
		itemIndex: number;
		label: string;
		rules: ReferenceRules;
		cache: ReferenceCache;
	},
	references: readonly ReferenceSource[],
	mask: SpecialReference | undefined,
	timeoutSeconds: number,
): Promise<CheckedReference[]> {
	const checked: CheckedReference[] = [];
	const deadline = startDeadline(timeoutSeconds, from.context.getExecutionCancelSignal());
	try {
		for (const [index, reference] of references.entries()) {
			checked.push(await checkedReference(from, reference, index + 1, deadline));
		}
		if (mask)
			checked.push(await checkedReference({ ...from, ...mask }, mask.reference, 1, deadline));
	} finally {
		deadline.close();
	}
	checkTotalSize(
		from.label,
		checked.reduce((total, image) => total + ('url' in image ? 0 : image.sizeBytes), 0),
		from.rules,
	);
	return checked;
}
