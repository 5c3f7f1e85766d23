/** What a walk through a file asks for next: bytes from a place on, which lies not before the last one. */
export interface Wanted {
	/** In bytes from the start of the file. */
	at: number;
	/** How many bytes at least. */
	length: number;
	/** Whether a whole file may end there. */
	mayEnd?: boolean;
}

/**
 * Goes through a file from one part to the next. Whoever drives it hands it all the bytes that are there from the
 * wanted place on. It is over when the end of the file is there, or cannot be told.
 */
export type Walk = Generator<Wanted, void, Buffer>;

/** Takes a size in pixels as stored, before any EXIF rotation. A broken file may say 0. */
export type TellSize = (width: number, height: number) => void;

/** Chunks: length, type, data, checksum. */
export function* walkPng(tellSize: TellSize): Walk {
	for (let at = 8; ; ) {
		const chunk = yield { at, length: 12 };
		const type = text(chunk, 4, 4);
		if (type === 'IEND' || !/^[A-Za-z]{4}$/.test(type)) return;
		if (type === 'IHDR') {
			const header = yield { at: at + 8, length: 8 };
			tellSize(header.readUInt32BE(0), header.readUInt32BE(4));
		}
		at += 12 + chunk.readUInt32BE(0);
	}
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** Segments: marker, length, data; then the picture, up to the marker of its end. */
export function* walkJpeg(tellSize: TellSize): Walk {
	let at = 2;
	for (let marker = 0; marker !== START_OF_SCAN; ) {
		const bytes = yield { at, length: 2 };
		if (bytes[0] !== 0xff) return;
		// Any number of fill bytes may precede a marker.
		let fill = 0;
		while (bytes[fill + 1] === 0xff) fill++;
		at += fill;
		if (fill > 0) continue;
		marker = bytes.readUInt8(1);
		if (marker === END_OF_IMAGE) return;
		const segment = yield { at, length: 4 };
		if (isStartOfFrame(marker)) {
			const frame = yield { at, length: 9 };
			tellSize(frame.readUInt16BE(7), frame.readUInt16BE(5));
		}
		at += 2 + segment.readUInt16BE(2);
	}
	// In the picture itself 0xff stands before nothing but 0, or the number of a restart.
	for (;;) {
		const data = yield { at, length: 2 };
		if (data.includes(Buffer.of(0xff, END_OF_IMAGE))) return;
		at += data.length - 1;
	}
}

/** SOF0 to SOF15, without the three markers in that range that mean something else. */
function isStartOfFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** The length of the file, then chunks, of which the first has the size. */
export function* walkWebp(tellSize: TellSize): Walk {
	const head = yield { at: 0, length: 16 };
	switch (text(head, 12, 4)) {
		case 'VP8 ': {
			// Lossy; the two top bits of each are a scale for display.
			const frame = yield { at: 0, length: 30 };
			tellSize(frame.readUInt16LE(26) & 0x3fff, frame.readUInt16LE(28) & 0x3fff);
			break;
		}
		case 'VP8L': {
			// Lossless: 14 bits each, less one, after a signature byte.
			const packed = (yield { at: 0, length: 25 }).readUInt32LE(21);
			tellSize((packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1);
			break;
		}
		case 'VP8X': {
			// Extended: 24 bits each, less one.
			const extended = yield { at: 0, length: 30 };
			tellSize(extended.readUIntLE(24, 3) + 1, extended.readUIntLE(27, 3) + 1);
			break;
		}
	}
	yield { at: 8 + head.readUInt32LE(4), length: 0 };
}

const GIF_EXTENSION = 0x21;
const GIF_IMAGE = 0x2c;

/** Blocks, each with data in pieces of up to 255 bytes, up to a trailer. */
export function* walkGif(tellSize: TellSize): Walk {
	const header = yield { at: 0, length: 13 };
	tellSize(header.readUInt16LE(6), header.readUInt16LE(8));
	let at = 13 + colorTableBytes(header.readUInt8(10));
	for (;;) {
		const [kind] = yield { at, length: 1 };
		if (kind === GIF_EXTENSION) {
			at += 2;
		} else if (kind === GIF_IMAGE) {
			const descriptor = yield { at, length: 10 };
			at += 11 + colorTableBytes(descriptor.readUInt8(9));
		} else return;
		for (let size = -1; size !== 0; at += 1 + size) size = (yield { at, length: 1 }).readUInt8(0);
	}
}

const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** The length of the file in a header is often wrong. */
export function* walkBmp(tellSize: TellSize): Walk {
	const header = yield { at: 0, length: 26 };
	if (header.readUInt32LE(14) === 12) tellSize(header.readUInt16LE(18), header.readUInt16LE(20));
	// A negative height means that the rows are stored from the top.
	else tellSize(header.readInt32LE(18), Math.abs(header.readInt32LE(22)));
}

/** A directory, often at the end of the file, of entries that are sorted by tag: tag, type, count, value. */
export function* walkTiff(tellSize: TellSize): Walk {
	const header = yield { at: 0, length: 8 };
	const isLittleEndian = text(header, 0, 2) === 'II';
	const integer = (bytes: Buffer, offset: number, length: number) =>
		isLittleEndian ? bytes.readUIntLE(offset, length) : bytes.readUIntBE(offset, length);

	const directory = integer(header, 4, 4);
	const entryCount = integer(yield { at: directory, length: 2 }, 0, 2);
	let width = 0;
	for (let index = 0; index < entryCount; index++) {
		const entry = yield { at: directory + 2 + 12 * index, length: 12 };
		const tag = integer(entry, 0, 2);
		const isShort = integer(entry, 2, 2) === 3;
		const value = integer(entry, 8, isShort ? 2 : 4);
		if (tag === 256) width = value;
		if (tag === 257) tellSize(width, value);
		if (tag >= 257) return;
	}
}

/** Boxes that are entered, with the bytes before their content. */
const ENTERED = new Map([
	['meta', 12],
	['iprp', 8],
	['ipco', 8],
]);

/**
 * The outermost boxes (ISO 14496-12 and QuickTime). What else stands there has been appended and is no part of the
 * file.
 */
const OUTERMOST =
	/^(ftyp|styp|pdin|moov|moof|mfra|mdat|imda|meta|meco|sidx|ssix|prft|emsg|free|skip|wide|pnot|udta|uuid)$/;

/** ISO base media files: boxes of length, type, data. Those of pictures tell sizes in boxes `ispe`. */
export function* walkIsoMedia(tellSize: TellSize): Walk {
	const seen = new Set<string>();
	let largest = 0;
	/** Where the outermost box ends. */
	let end = 0;
	for (let at = 0; ; ) {
		const isIndexed = seen.has('meta') || (seen.has('moov') && seen.has('mdat'));
		const header = yield { at, length: 8, mayEnd: at >= end && isIndexed };
		const type = text(header, 4, 4);
		let size = header.readUInt32BE(0);
		if (size === 1) size = Number((yield { at, length: 16 }).readBigUInt64BE(8));
		const next = at + size;
		// A box of size 0 goes on to the end of the file, wherever that is.
		if (size < 8 || (at < end ? next > end : !OUTERMOST.test(type))) return;
		end = Math.max(end, next);
		seen.add(type);
		if (type === 'ispe' && size >= 20) {
			const property = yield { at, length: 20 };
			const width = property.readUInt32BE(12);
			const height = property.readUInt32BE(16);
			// A picture may have a thumbnail, and be made of tiles.
			if (width * height > largest) tellSize(width, height);
			largest = Math.max(largest, width * height);
		}
		at = seen.has('moov') ? next : at + (ENTERED.get(type) ?? size);
	}
}

const EBML_HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;

/** Two elements: a header, and the segment, whose length may be unknown. */
export function* walkMatroska(): Walk {
	for (let at = 0; ; ) {
		const element = yield { at, length: 12 };
		const id = element.readUInt32BE(0);
		// As many leading zero bits as there are bytes more.
		const length = Math.clz32(element.readUInt8(4)) - 23;
		if ((id !== EBML_HEADER && id !== SEGMENT) || length > 8) return;
		let size = element.readUInt8(4) & (0xff >> length);
		for (let index = 1; index < length; index++) size = size * 256 + element.readUInt8(4 + index);
		if (size === 2 ** (7 * length) - 1) return;
		at += 4 + length + size;
		if (id === SEGMENT) yield { at, length: 0 };
		if (id === SEGMENT) return;
	}
}

/** Up to `length` bytes, a character for each. */
export function text(bytes: Buffer, offset: number, length: number): string {
	return bytes.toString('latin1', offset, offset + length);
}
