import sharp from 'sharp';

import type { Fault } from './faults.mjs';
import type { FormFile } from './forms.mjs';
import type { GptImageModel } from './gptImageModels.mjs';
import type { ImageOrder } from './openAiOrders.mjs';
import { readPicture, RefusedReference } from './references.mjs';
import { parsePixelSize, sizeText } from './sizes.mjs';

/** OpenAI's docs: images to edit have less than 50 MB, the mask less than 4 MB. */
const IMAGE_RULES = { formats: ['png', 'jpeg', 'webp'], maxBytes: 50 * 1024 * 1024 - 1 } as const;
const MASK_RULES = { formats: ['png'], maxBytes: 4 * 1024 * 1024 - 1 } as const;

/** OpenAI's docs. */
export const DEFAULT_FORMAT = 'png';

export function faultAt(path: string, message: string): Fault {
	return { path, expected: message, message, missing: false };
}

/** What this model does not take, though another would, and fields that do not go together: docs of openai@7.59.0. */
export function orderFault(asked: ImageOrder, model: GptImageModel): Fault | undefined {
	return modelFault(asked, model) ?? combinationFault(asked) ?? motionFault(asked);
}

function modelFault(asked: ImageOrder, model: GptImageModel): Fault | undefined {
	const { quality, output_format: format = DEFAULT_FORMAT, input_fidelity: fidelity } = asked;
	const refused = (path: string, value: string) =>
		faultAt(path, `${value} is not supported by ${asked.model}`);
	const size = parsePixelSize(asked.size);
	const sizeFault = size === undefined ? undefined : model.sizeFault(size);
	if (sizeFault !== undefined)
		return faultAt('size', `${asked.size} is not supported by ${asked.model}: ${sizeFault}`);
	if (quality !== 'auto' && !model.qualities.includes(quality))
		return refused('quality', `quality ${quality}`);
	if (!model.formats.includes(format)) return refused('output_format', `output_format ${format}`);
	if (asked.complexity !== undefined && !model.complexity)
		return refused('complexity', 'complexity');
	if (asked.markup !== undefined && !model.markup) return refused('markup', 'markup');
	if (fidelity !== undefined && !model.fidelities.includes(fidelity))
		return refused('input_fidelity', `input_fidelity ${fidelity}`);
	return undefined;
}

function combinationFault(asked: ImageOrder): Fault | undefined {
	const {
		background,
		output_format: format = DEFAULT_FORMAT,
		output_compression: compression = 100,
	} = asked;
	if (background === 'transparent' && format === 'jpeg')
		return faultAt('background', 'jpeg has no transparent background');
	if (compression < 100 && format !== 'jpeg' && format !== 'webp')
		return faultAt('output_compression', `${format} is not compressed`);
	if (asked.mask !== undefined && asked.markup !== undefined)
		return faultAt('markup', 'mask and markup do not go together');
	return undefined;
}

/** What GIF and SVG are in place of. */
function motionFault(asked: ImageOrder): Fault | undefined {
	const { output_format: format = DEFAULT_FORMAT } = asked;
	const isSpecial = format === 'gif' || format === 'svg';
	if (format !== 'gif' && asked.frame_count !== undefined)
		return faultAt('frame_count', 'it goes with gif alone');
	if (format !== 'gif' && asked.frame_duration_ms !== undefined)
		return faultAt('frame_duration_ms', 'it goes with gif alone');
	if (format !== 'svg' && asked.svg !== undefined)
		return faultAt('svg', 'it goes with output_format svg alone');
	if (!isSpecial) return undefined;
	if (asked.n > 1) return faultAt('n', `${format} is made one at a time`);
	if (asked.stream) return faultAt('stream', `${format} is not streamed`);
	if (asked.partial_images !== undefined) return faultAt('partial_images', `${format} has none`);
	return format === 'gif' && asked.mask !== undefined ? faultAt('mask', 'gif has none') : undefined;
}

/** Thumbnails of the images to edit, or what is wrong with one, or with what lies upon the first. */
export async function lookAtImages({
	images,
	mask,
	markup,
}: ImageOrder): Promise<Buffer[] | Fault> {
	const references: Buffer[] = [];
	for (const [index, { bytes, type }] of images.entries()) {
		try {
			references.push(await readPicture(bytes, IMAGE_RULES, type.replace('image/', '')));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			return faultAt(`image.${index}`, error.message);
		}
	}
	const [first] = images;
	if (first === undefined) return references;
	const fault =
		(await overlayFault('mask', mask, first)) ?? (await overlayFault('markup', markup, first));
	if (fault !== undefined) return fault;
	// The docs of the markup alone say this.
	const isOpaque = markup !== undefined && (await sharp(markup.bytes).stats()).isOpaque;
	return isOpaque ? faultAt('markup', 'it must have transparent pixels') : references;
}

async function overlayFault(
	path: 'mask' | 'markup',
	overlay: FormFile | undefined,
	first: FormFile,
): Promise<Fault | undefined> {
	if (overlay === undefined) return undefined;
	try {
		await readPicture(overlay.bytes, MASK_RULES);
	} catch (error) {
		if (!(error instanceof RefusedReference)) throw error;
		return faultAt(path, error.message);
	}
	const pixels = sizeText(await sharp(first.bytes).metadata());
	return sizeText(await sharp(overlay.bytes).metadata()) === pixels
		? undefined
		: faultAt(path, `it must have the first image's ${pixels} pixels`);
}
