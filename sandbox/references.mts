import axios from 'axios';
import sharp from 'sharp';

import { placeholder, readOther } from './otherFormats.mjs';
import type { PixelSize } from './sizes.mjs';

/** How a reference picture may be given in a request. */
export type ReferenceForm = 'url' | 'dataUri';

export interface ReferenceRules {
	forms: readonly ReferenceForm[];
	/** formats by sharp's names, e.g. "jpeg" */
	formats: readonly string[];
	maxBytes?: number;
	/** both sides must be longer than this, in pixels */
	sidesOver?: number;
	/** both sides must be shorter than this, in pixels */
	sidesUnder?: number;
	minPixels?: number;
	maxPixels?: number;
	/** longest allowed side as a multiple of the shortest */
	mostElongated?: number;
}

/** Says why a gateway would refuse a reference picture. */
export class RefusedReference extends Error {}

/** What sharp decodes from bytes alone; for gateways whose page names no formats. */
export const COMMON_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const;

/** BytePlus's docs: its formats; "heic" stands for HEIF, too, of which the sandbox looks at the head alone. */
export const BYTEPLUS_FORMATS = [...COMMON_FORMATS, 'bmp', 'heic'] as const;

/** BytePlus's docs: as much as one reference picture may have, before base64. */
export const THIRTY_MEGABYTES = 30 * 1024 * 1024;

/** 10 MB as myrouter-seedream-4.0.md allows for one reference picture, before base64. */
export const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Side of the square that a thumbnail fits into, in pixels: enough for its place in a 4K picture. */
const THUMBNAIL_SIDE = 320;

/** Most that is downloaded of a reference, whatever its gateway allows: the sandbox's memory stays bounded. */
const DOWNLOAD_LIMIT = 64 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 30_000;

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Reads a reference picture as a request gives it, checks it against the gateway's rules and returns a PNG thumbnail.
 * Links are followed to loopback only. Throws RefusedReference.
 */
export async function readReference(text: string, rules: ReferenceRules): Promise<Buffer> {
	const { bytes, declaredFormat } = await bytesOf(text, rules.forms);
	return await readPicture(bytes, rules, declaredFormat);
}

/**
 * The same for a picture that came as a file. `declaredFormat` is what it is said to be, by sharp's names ("heif" counts
 * as "heic").
 */
export async function readPicture(
	bytes: Buffer,
	rules: Omit<ReferenceRules, 'forms'>,
	declaredFormat?: string,
): Promise<Buffer> {
	if (rules.maxBytes !== undefined && bytes.length > rules.maxBytes) {
		throw new RefusedReference(
			`the picture has ${bytes.length} bytes, allowed are ${rules.maxBytes}`,
		);
	}
	const { format, pixels, readable } = await look(bytes);
	if (!rules.formats.includes(format)) {
		throw new RefusedReference(`the format is ${format}, allowed are ${rules.formats.join(', ')}`);
	}
	if (declaredFormat !== undefined && declaredFormat.replace(/^heif$/, 'heic') !== format) {
		throw new RefusedReference(`it is said to be image/${declaredFormat} but is ${format}`);
	}
	if (pixels === undefined || readable === undefined) return await placeholder(THUMBNAIL_SIDE);
	checkPixels(pixels, rules);
	return await thumbnailOf(readable);
}

function checkPixels({ width, height }: PixelSize, rules: Omit<ReferenceRules, 'forms'>): void {
	const refuse = (reason: string) => {
		throw new RefusedReference(`the picture is ${width}x${height}, ${reason}`);
	};
	const [shortest, longest] = [Math.min(width, height), Math.max(width, height)];
	const { sidesOver, sidesUnder, minPixels = 0, maxPixels = Infinity, mostElongated } = rules;
	if (sidesOver !== undefined && shortest <= sidesOver)
		refuse(`both sides must be over ${sidesOver} pixels`);
	if (sidesUnder !== undefined && longest >= sidesUnder)
		refuse(`both sides must be under ${sidesUnder} pixels`);
	if (width * height < minPixels) refuse(`it must have ${minPixels} pixels in total`);
	if (width * height > maxPixels) refuse(`allowed are ${maxPixels} pixels in total`);
	if (mostElongated !== undefined && longest > mostElongated * shortest) {
		refuse(`the ratio must be within 1:${mostElongated} and ${mostElongated}:1`);
	}
}

/** What a picture is; without its pixels where nobody here can read it. */
interface Looked {
	format: string;
	pixels?: PixelSize;
	/** for sharp */
	readable?: Buffer;
}

async function look(bytes: Buffer): Promise<Looked> {
	const other = await readOther(bytes);
	if (other !== undefined && other.png === undefined) return { format: other.format };
	const readable = other?.png ?? bytes;
	const { format, width, height } = await metadataOf(readable);
	return { format: other?.format ?? format, pixels: { width, height }, readable };
}

async function bytesOf(
	text: string,
	forms: readonly ReferenceForm[],
): Promise<{ bytes: Buffer; declaredFormat?: string }> {
	if (/^https?:\/\//.test(text) && forms.includes('url')) {
		return { bytes: await download(text) };
	}
	const dataUri = /^data:image\/([a-z0-9.+-]+);base64,/.exec(text);
	if (dataUri !== null && forms.includes('dataUri')) {
		return { bytes: decodeBase64(text.slice(dataUri[0].length)), declaredFormat: dataUri[1] };
	}
	throw new RefusedReference(
		forms.includes('dataUri')
			? 'it is neither a link nor data:image/<format>;base64,<data>'
			: 'it is not a link',
	);
}

function decodeBase64(text: string): Buffer {
	// Buffer.from skips what is not base64, so the text is checked first: for one foreign character, since a pattern that
	// takes in the whole text needs a stack as large as that.
	const padding = /={0,2}$/.exec(text.slice(-2))?.[0].length ?? 0;
	if (
		text.length === padding ||
		text.length % 4 !== 0 ||
		/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding))
	) {
		throw new RefusedReference('the base64 text is broken');
	}
	return Buffer.from(text, 'base64');
}

async function download(link: string): Promise<Buffer> {
	const host = URL.canParse(link) ? new URL(link).hostname : '';
	if (!LOOPBACK_HOSTS.includes(host)) {
		throw new RefusedReference(
			`the picture could not be downloaded from ${host || 'this link'} (the sandbox follows links to this machine only)`,
		);
	}
	try {
		const { data } = await axios.get<ArrayBuffer>(link, {
			responseType: 'arraybuffer',
			// A redirect or a proxy could lead away from this machine.
			maxRedirects: 0,
			proxy: false,
			maxContentLength: DOWNLOAD_LIMIT,
			timeout: DOWNLOAD_TIMEOUT_MS,
		});
		return Buffer.from(data);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new RefusedReference(`the picture could not be downloaded: ${reason}`);
	}
}

async function metadataOf(
	bytes: Buffer,
): Promise<{ format: string; width: number; height: number }> {
	try {
		return await sharp(bytes).metadata();
	} catch {
		throw new RefusedReference('the data is not a picture');
	}
}

async function thumbnailOf(bytes: Buffer): Promise<Buffer> {
	try {
		return await sharp(bytes)
			.resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside' })
			.png()
			.toBuffer();
	} catch {
		throw new RefusedReference('the picture is damaged');
	}
}
