import { createCanvas, loadImage } from '@napi-rs/canvas';
import sharp from 'sharp';

/** What sharp cannot read: a picture in a form that it can, and its format. */
interface Readable {
	format: 'bmp' | 'heic';
	/** undefined where nobody here can read it */
	png?: Buffer;
}

/** The bytes in which a box of the HEIF container says what it is, and the kinds of it that hold HEVC. */
const BRAND = { start: 4, end: 12 };
const HEIC = /^ftyp(heic|heix|hevc|heim|heis|mif1|msf1)$/;

/** Reads BMP, and knows HEIC (or HEIF) by its head; undefined for anything else, and for a BMP that is broken. */
export async function readOther(bytes: Buffer): Promise<Readable | undefined> {
	if (HEIC.test(bytes.toString('latin1', BRAND.start, BRAND.end))) return { format: 'heic' };
	if (bytes.toString('latin1', 0, 2) !== 'BM') return undefined;
	try {
		const image = await loadImage(bytes);
		const canvas = createCanvas(image.width, image.height);
		canvas.getContext('2d').drawImage(image, 0, 0);
		return { format: 'bmp', png: await canvas.encode('png') };
	} catch {
		return undefined;
	}
}

/** Stands for a reference that nobody here can read. */
export async function placeholder(side: number): Promise<Buffer> {
	return await sharp({ create: { width: side, height: side, channels: 3, background: '#888' } })
		.png()
		.toBuffer();
}
