import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { DEFAULT_FIELD } from '../defaults';
import { startDeadline } from '../io/deadline';
import { checkedReference, type CheckedReference, type ReferenceCache, type ReferenceSource } from '../io/references';
import { invalidInput } from '../media/failure';
import { checkTotalSize } from '../media/mediaChecks';
import type { ReferenceRules } from '../media/mediaRequest';
import { IMAGE_ROLES, type ImageRole } from '../media/videoRequest';
import { oneOf, text } from './values';

/** One input image, as a row of the form has it. */
export const imageSchema = z.object({
	source: oneOf(['binary', 'url', 'base64']).default('binary'),
	binaryPropertyName: text.default(DEFAULT_FIELD),
	url: text,
	base64: text,
	role: oneOf(IMAGE_ROLES).default('firstFrame'),
});

/** The parameter `images`. */
export const imagesSchema = z.object({ image: z.array(imageSchema).default([]) }).default({});

/** An input image, and what it is to a video. */
export type Reference = ReferenceSource & { role: ImageRole };

/** The input images that the rows of the form name, in order. */
export function referencesOf({ image: rows }: { image: ReadonlyArray<z.output<typeof imageSchema>> }, label: string, asLink: boolean): Reference[] {
	return rows.flatMap((row): Reference[] => {
		const { role } = row;
		if (row.source === 'url') return [{ source: 'url', url: row.url, asLink, role }];
		if (row.source === 'base64') return [{ source: 'base64', base64: row.base64, role }];
		// A row may name several binary fields, separated by commas.
		const fields = row.binaryPropertyName.split(',').map((field) => field.trim()).filter((field) => field !== '');
		if (fields.length === 0) throw invalidInput(label, 'the input data field name of an image is empty');
		return fields.map((field) => ({ source: 'binary', field, role }));
	});
}

/** What tells input images from others before they are read: their links, their data, or the files of the item. */
export function namesOf(references: readonly ReferenceSource[], context: IExecuteFunctions, itemIndex: number): unknown[] {
	const files = context.getInputData()[itemIndex]?.binary ?? {};
	return references.map((reference) => {
		if (reference.source !== 'binary') return reference;
		const file = files[reference.field];
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
	from: { context: IExecuteFunctions; itemIndex: number; label: string; rules: ReferenceRules; cache: ReferenceCache },
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
		if (last) checked.push(await checkedReference({ ...from, ...last }, last.reference, 1, deadline));
	} finally {
		deadline.close();
	}
	checkTotalSize(from.label, checked.reduce((total, { sizeBytes }) => total + sizeBytes, 0), from.rules);
	return checked;
}
