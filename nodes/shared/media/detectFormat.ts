import {
	text,
	walkBmp,
	walkGif,
	walkIsoMedia,
	walkJpeg,
	walkMatroska,
	walkPng,
	walkTiff,
	walkWebp,
	type TellSize,
	type Walk,
} from './fileWalks';

/** What a file is, by its bytes. */
export interface FileFormat {
	mimeType: string;
	/** Without the dot. */
	extension: string;
	kind: 'image' | 'video' | 'other';
	/** In pixels as stored, before any EXIF rotation; only together with the height. */
	width?: number;
	height?: number;
}

/**
 * How many bytes of a file's beginning suffice to tell its format. Its size in pixels may stand anywhere behind them.
 */
export const FORMAT_HEAD_BYTES = 4096;

/** How a format is known by the first bytes, and how its files are gone through. */
interface Reader {
	recognize(head: Buffer): FileFormat | undefined;
	walk(tellSize: TellSize): Walk;
}

const READERS: Reader[] = [
	{
		recognize: (head) => (text(head, 0, 8) === '\x89PNG\r\n\x1a\n' ? image('png') : undefined),
		walk: walkPng,
	},
	{
		recognize: (head) => (text(head, 0, 3) === '\xff\xd8\xff' ? image('jpeg') : undefined),
		walk: walkJpeg,
	},
	{
		recognize: (head) =>
			text(head, 0, 4) === 'RIFF' && text(head, 8, 4) === 'WEBP' ? image('webp') : undefined,
		walk: walkWebp,
	},
	{
		recognize: (head) =>
			['GIF87a', 'GIF89a'].includes(text(head, 0, 6)) ? image('gif') : undefined,
		walk: walkGif,
	},
	{ recognize: (head) => (isBmp(head) ? image('bmp') : undefined), walk: walkBmp },
	{
		recognize: (head) =>
			['II*\0', 'MM\0*'].includes(text(head, 0, 4)) ? image('tiff') : undefined,
		walk: walkTiff,
	},
	{ recognize: recognizeIsoMedia, walk: walkIsoMedia },
	{ recognize: recognizeMatroska, walk: walkMatroska },
];

/** A file whose bytes pass. */
export interface PassingFile {
	/** Takes its next bytes, from the first on. Of them next to nothing is held. */
	add(bytes: Uint8Array): void;
	/** What is known of it by now; undefined for a format that is not known. */
	format(): FileFormat | undefined;
	/** Whether there should be more of it, if nothing comes any more. False where its format does not tell. */
	isCut(): boolean;
}

/**
 * Tells what a file is from its bytes, since names and headers lie.
 * @param head its first bytes, by which its format is known
 */
export function followFile(head: Uint8Array): PassingFile {
	const bytes = asBuffer(head);
	for (const { recognize, walk } of READERS) {
		const format = recognize(bytes);
		if (!format) continue;
		const walked = follow(
			walk((width, height) => {
				// A broken file may say 0, or less; a JPEG may give its height only at its end and say 0 before.
				if (width > 0 && height > 0) Object.assign(format, { width, height });
			}),
		);
		return { ...walked, format: () => format };
	}
	// Files of some makers begin directly with their boxes: nothing tells then which of the formats it is.
	if (isUnbranded(bytes))
		return { ...follow(walkIsoMedia(() => undefined)), format: () => undefined };
	return { add: () => undefined, isCut: () => false, format: () => undefined };
}

/**
 * Tells what a file is from its first bytes, or all of them. They may end anywhere: what lies beyond is left out.
 * Gives undefined for a format that is not known. Never throws.
 */
export function detectFormat(head: Uint8Array): FileFormat | undefined {
	const file = followFile(head);
	file.add(head);
	return file.format();
}

/** Whether the bytes end before the file does, as its format tells. */
export function isCut(bytes: Uint8Array): boolean {
	const file = followFile(bytes);
	file.add(bytes);
	return file.isCut();
}

/** Drives a walk with the bytes that come. */
function follow(walk: Walk): Pick<PassingFile, 'add' | 'isCut'> {
	let step = walk.next();
	/** How many bytes have come. */
	let size = 0;
	/** The last of them, as far as they are wanted. */
	let kept = Buffer.alloc(0);
	return {
		add(bytes) {
			size += bytes.length;
			if (step.done) return;
			const there = kept.length === 0 ? asBuffer(bytes) : Buffer.concat([kept, bytes]);
			const start = size - there.length;
			while (!step.done && step.value.at + step.value.length <= size) {
				// A broken file may point back to what has passed.
				step =
					step.value.at < start ? walk.return() : walk.next(there.subarray(step.value.at - start));
			}
			// A copy, which does not hold all that came with it.
			kept = Buffer.from(step.done ? [] : there.subarray(Math.max(0, step.value.at - start)));
		},
		isCut: () => !step.done && !(step.value.mayEnd && step.value.at <= size),
	};
}

function isBmp(head: Buffer): boolean {
	// Two letters alone could begin any text, so the size of the header that follows counts too.
	return (
		text(head, 0, 2) === 'BM' &&
		head.length >= 18 &&
		[12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14))
	);
}

export const MP4: FileFormat = { mimeType: 'video/mp4', extension: 'mp4', kind: 'video' };

const ISO_BRANDS: Array<[RegExp, FileFormat]> = [
	[/^avi[fs]$/, image('avif')],
	[/^he(i[cxms]|v[cmsx])$/, image('heic')],
	[/^qt {2}$/, { mimeType: 'video/quicktime', extension: 'mov', kind: 'video' }],
	[/^M4[AB] $/, { mimeType: 'audio/mp4', extension: 'm4a', kind: 'other' }],
	[/^(iso.|mp4[12]|avc1|M4V |MSNV|dash|F4V |f4v |mmp4)$/, MP4],
];

/** What an ISO base media file may begin with in place of its brands. */
const UNBRANDED = new Set(['moov', 'mdat', 'wide', 'free', 'skip']);

/**
 * Returns whether a file begins directly with the boxes of an ISO base media file: nothing tells then which format it
 * is.
 */
export const isUnbranded = (head: Uint8Array): boolean => UNBRANDED.has(text(asBuffer(head), 4, 4));

/** ISO base media files begin with a box `ftyp`: the main brand, a version, then compatible brands. */
function recognizeIsoMedia(head: Buffer): FileFormat | undefined {
	if (text(head, 4, 4) !== 'ftyp') return undefined;
	const end = Math.min(head.readUInt32BE(0), head.length);
	const mainBrand = text(head, 8, 4);
	const compatibleBrands: string[] = [];
	for (let offset = 16; offset + 4 <= end; offset += 4)
		compatibleBrands.push(text(head, offset, 4));

	const known =
		ISO_BRANDS.find(([pattern]) => pattern.test(mainBrand)) ??
		ISO_BRANDS.find(([pattern]) => compatibleBrands.some((brand) => pattern.test(brand)));
	return known && { ...known[1] };
}

/** WebM is a kind of Matroska; the document type stands in clear within the short first element. */
function recognizeMatroska(head: Buffer): FileFormat | undefined {
	if (text(head, 0, 4) !== '\x1a\x45\xdf\xa3') return undefined;
	const header = text(head, 4, 60);
	if (header.includes('webm')) return { mimeType: 'video/webm', extension: 'webm', kind: 'video' };
	if (header.includes('matroska'))
		return { mimeType: 'video/x-matroska', extension: 'mkv', kind: 'video' };
	return undefined;
}

function image(type: string): FileFormat {
	return { mimeType: `image/${type}`, extension: type, kind: 'image' };
}

const asBuffer = (bytes: Uint8Array) =>
	Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
