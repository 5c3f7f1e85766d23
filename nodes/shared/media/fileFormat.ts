/** What a file is, by its first bytes. */
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
 * How many bytes of a file's beginning suffice as a rule: a JPEG's dimensions come after its
 * metadata, of which one segment (EXIF, say) can take up to 64 KiB, so that much and 1 KiB for the
 * small segments around it; other formats need less, but for a TIFF, which may have them at its end.
 */
export const FORMAT_HEAD_BYTES = 64 * 1024 + 1024;

/** Each reads one format, or says that the bytes are not in that format. */
const READERS = [readPng, readJpeg, readWebp, readGif, readBmp, readTiff, readIsoMedia, readMatroska];

/**
 * Tells what a file is from its first bytes, since names and headers lie. The head may end anywhere:
 * what lies beyond it is left out. Gives undefined for a format that is not known. Never throws.
 */
export function detectFormat(head: Uint8Array): FileFormat | undefined {
	const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
	for (const read of READERS) {
		const format = read(bytes);
		if (format) return format;
	}
	return undefined;
}

function readPng(bytes: Buffer): FileFormat | undefined {
	if (text(bytes, 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
	if (text(bytes, 12, 4) !== 'IHDR') return image('png');
	return image('png', bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4));
}

function readJpeg(bytes: Buffer): FileFormat | undefined {
	if (text(bytes, 0, 3) !== '\xff\xd8\xff') return undefined;
	let offset = 2;
	while (bytes[offset] === 0xff) {
		const marker = bytes[offset + 1];
		if (marker === undefined) break;
		if (marker === 0xff) {
			offset += 1; // Any number of fill bytes may precede a marker.
			continue;
		}
		if (isStartOfFrame(marker)) {
			return image('jpeg', bigEndian(bytes, offset + 7, 2), bigEndian(bytes, offset + 5, 2));
		}
		const length = bigEndian(bytes, offset + 2, 2);
		if (length === undefined) break;
		offset += 2 + length;
	}
	return image('jpeg');
}

/** SOF0 to SOF15, without the three markers in that range that mean something else. */
function isStartOfFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function readWebp(bytes: Buffer): FileFormat | undefined {
	if (text(bytes, 0, 4) !== 'RIFF' || text(bytes, 8, 4) !== 'WEBP') return undefined;
	switch (text(bytes, 12, 4)) {
		case 'VP8 ': // Lossy; the two top bits of each are a scale for display.
			return image('webp', lowBits(littleEndian(bytes, 26, 2)), lowBits(littleEndian(bytes, 28, 2)));
		case 'VP8L': {
			// Lossless: 14 bits each, less one, after a signature byte.
			const packed = littleEndian(bytes, 21, 4);
			if (packed === undefined) return image('webp');
			return image('webp', (packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1);
		}
		case 'VP8X': // Extended: 24 bits each, less one.
			return image('webp', plusOne(littleEndian(bytes, 24, 3)), plusOne(littleEndian(bytes, 27, 3)));
		default:
			return image('webp');
	}
}

function readGif(bytes: Buffer): FileFormat | undefined {
	if (!['GIF87a', 'GIF89a'].includes(text(bytes, 0, 6))) return undefined;
	return image('gif', littleEndian(bytes, 6, 2), littleEndian(bytes, 8, 2));
}

function readBmp(bytes: Buffer): FileFormat | undefined {
	// Two letters alone could begin any text, so the size of the header that follows counts too.
	const headerSize = littleEndian(bytes, 14, 4);
	if (text(bytes, 0, 2) !== 'BM' || headerSize === undefined) return undefined;
	if (headerSize === 12) return image('bmp', littleEndian(bytes, 18, 2), littleEndian(bytes, 20, 2));
	if (![40, 52, 56, 64, 108, 124].includes(headerSize)) return undefined;
	if (bytes.length < 26) return image('bmp');
	// A negative height says that the rows are stored from the top.
	return image('bmp', bytes.readInt32LE(18), Math.abs(bytes.readInt32LE(22)));
}

function readTiff(bytes: Buffer): FileFormat | undefined {
	const signature = text(bytes, 0, 4);
	if (signature !== 'II*\0' && signature !== 'MM\0*') return undefined;
	const integer = signature === 'II*\0' ? littleEndian : bigEndian;

	const directory = integer(bytes, 4, 4) ?? bytes.length;
	const entryCount = integer(bytes, directory, 2) ?? 0;
	let width: number | undefined;
	let height: number | undefined;
	for (let index = 0; index < entryCount; index++) {
		const entry = directory + 2 + 12 * index;
		const tag = integer(bytes, entry, 2);
		if (tag === undefined || tag > 257) break; // Entries are sorted by tag.
		const isShort = integer(bytes, entry + 2, 2) === 3;
		const value = integer(bytes, entry + 8, isShort ? 2 : 4);
		if (tag === 256) width = value;
		if (tag === 257) height = value;
	}
	return image('tiff', width, height);
}

const ISO_BRANDS: Array<[RegExp, FileFormat]> = [
	[/^avi[fs]$/, image('avif')],
	[/^he(i[cxms]|v[cmsx])$/, image('heic')],
	[/^qt {2}$/, { mimeType: 'video/quicktime', extension: 'mov', kind: 'video' }],
	[/^M4[AB] $/, { mimeType: 'audio/mp4', extension: 'm4a', kind: 'other' }],
	[/^(iso.|mp4[12]|avc1|M4V |MSNV|dash|F4V |f4v |mmp4)$/, { mimeType: 'video/mp4', extension: 'mp4', kind: 'video' }],
];

/** ISO base media files begin with a box `ftyp`: the main brand, a version, then compatible brands. */
function readIsoMedia(bytes: Buffer): FileFormat | undefined {
	if (text(bytes, 4, 4) !== 'ftyp') return undefined;
	const end = Math.min(bigEndian(bytes, 0, 4) ?? 0, bytes.length);
	const mainBrand = text(bytes, 8, 4);
	const compatibleBrands: string[] = [];
	for (let offset = 16; offset + 4 <= end; offset += 4) compatibleBrands.push(text(bytes, offset, 4));

	const known =
		ISO_BRANDS.find(([pattern]) => pattern.test(mainBrand)) ??
		ISO_BRANDS.find(([pattern]) => compatibleBrands.some((brand) => pattern.test(brand)));
	return known && { ...known[1] };
}

/** WebM is a kind of Matroska; the document type stands in clear within the short first element. */
function readMatroska(bytes: Buffer): FileFormat | undefined {
	if (text(bytes, 0, 4) !== '\x1a\x45\xdf\xa3') return undefined;
	const header = text(bytes, 4, 60);
	if (header.includes('webm')) return { mimeType: 'video/webm', extension: 'webm', kind: 'video' };
	if (header.includes('matroska')) return { mimeType: 'video/x-matroska', extension: 'mkv', kind: 'video' };
	return undefined;
}

function image(type: string, width?: number, height?: number): FileFormat {
	const format: FileFormat = { mimeType: `image/${type}`, extension: type, kind: 'image' };
	// A broken file may say 0, or less; a JPEG may give its height only at its end and say 0 here.
	return width && height && width > 0 && height > 0 ? { ...format, width, height } : format;
}

/** Up to `length` bytes, a character for each. */
function text(bytes: Buffer, offset: number, length: number): string {
	return bytes.toString('latin1', offset, offset + length);
}

function bigEndian(bytes: Buffer, offset: number, length: number): number | undefined {
	return offset + length <= bytes.length ? bytes.readUIntBE(offset, length) : undefined;
}

function littleEndian(bytes: Buffer, offset: number, length: number): number | undefined {
	return offset + length <= bytes.length ? bytes.readUIntLE(offset, length) : undefined;
}

function plusOne(value: number | undefined): number | undefined {
	return value === undefined ? undefined : value + 1;
}

function lowBits(value: number | undefined): number | undefined {
	return value === undefined ? undefined : value & 0x3fff;
}
