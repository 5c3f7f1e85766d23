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

const namesIn = (names: string): string[] =>
	names
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');

/** A file as `$binary` has it, or the names of the fields that have files, separated by commas. */
const inputFile = z.union([inputFileSchema, stringParam.transform(namesIn)]);

/** What an expression may give for the files of a row: one, a list of them, or all of an item, by their fields. */
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

/** One input image, as a row of the form has it. */
export const imageSchema = z.object({
	source: enumParamOr(['binary', 'url', 'base64'], 'binary'),
	binaryPropertyName: inputFiles.default(''),
	url: stringListParam,
	base64: stringListParam,
	role: enumParamOr(IMAGE_ROLES, 'firstFrame'),
});

/** The parameter `images`. */
export const imagesSchema = z.object({ image: z.array(imageSchema).default([]) }).default({});

/** An input image, and what it is to a video. */
export type Reference = ReferenceSource & { role: ImageRole };

/** The input images that the rows of the form name, in order. */
export function referencesOf(
	{ image: rows }: { image: ReadonlyArray<z.output<typeof imageSchema>> },
	label: string,
	asLink: boolean,
): Reference[] {
	return rows.flatMap((row): Reference[] => {
		const { role } = row;
		if (row.source === 'url')
			return some(row.url.flatMap(linksIn)).map((url) => ({ source: 'url', url, asLink, role }));
		if (row.source === 'base64')
			return some(row.base64).map((base64) => ({ source: 'base64', base64, role }));
		const files = row.binaryPropertyName;
		if (files.length === 0)
			throw invalidInput(label, 'the input data field name of an image is empty');
		return files.map((file) => ({ source: 'binary', file, role }));
	});
}

/** What there is, or else nothing, which is refused when it is read. */
const some = (sources: readonly string[]): readonly string[] =>
	sources.length > 0 ? sources : [''];

/** What tells input images from others before they are read: their links, their data, or the files of the item. */
export function namesOf(
	references: readonly ReferenceSource[],
	context: IExecuteFunctions,
	itemIndex: number,
): unknown[] {
	return references.map((reference) => {
		if (reference.source !== 'binary') return reference;
		const file = findFile(context, itemIndex, reference.file);
		// n8n moves the files of a webhook to their execution when that has ended: only the end of the ID stays.
		return file?.id?.replace(/^.*\//, '') ?? file?.data;
	});
}

/** An input image with rules of its own, e.g. a mask. */
export interface SpecialReference {
	reference: ReferenceSource;
	/** What the form calls it. */
	label: string;
	rules: ReferenceRules;
}

/**
 * The images of one item, read and checked one after another.
 * @param last another one behind them, where there is one
 * @param timeout how long that may take, in seconds
 * @throws MediaError of kind `invalidInput` for one that would be refused, or for all where they are too large together
 */
export async function checkedReferences(
	from: {
		context: IExecuteFunctions;
		itemIndex: number;
		label: string;
		rules: ReferenceRules;
		cache: ReferenceCache;
	},
	references: readonly ReferenceSource[],
	last: SpecialReference | undefined,
	timeout: number,
): Promise<CheckedReference[]> {
	const checked: CheckedReference[] = [];
	const deadline = startDeadline(timeout, from.context.getExecutionCancelSignal());
	try {
		for (const [index, reference] of references.entries()) {
			checked.push(await checkedReference(from, reference, index + 1, deadline));
		}
		if (last)
			checked.push(await checkedReference({ ...from, ...last }, last.reference, 1, deadline));
	} finally {
		deadline.close();
	}
	checkTotalSize(
		from.label,
		checked.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
		from.rules,
	);
	return checked;
}
