import { loadImage } from '@napi-rs/canvas';
import sharp, { type Sharp } from 'sharp';

import { detectFormat, FORMAT_HEAD_BYTES } from '../../nodes/shared/media/fileFormat.js';

const WIDTH = 301;
const HEIGHT = 203;
const DIMENSIONS = { width: WIDTH, height: HEIGHT };

function picture(): Sharp {
	const background = { r: 200, g: 80, b: 20, alpha: 0.5 };
	return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 4, background } });
}

function image(type: string) {
	return { mimeType: `image/${type}`, extension: type, kind: 'image' };
}

/** A BMP file with one of the headers there are; its pixels are black. */
function bmp(headerSize: 12 | 40 | 124, isTopDown = false): Buffer {
	const rowSize = Math.ceil((WIDTH * 3) / 4) * 4;
	const start = 14 + headerSize;
	const file = Buffer.alloc(start + rowSize * HEIGHT);
	file.write('BM');
	file.writeUInt32LE(file.length, 2);
	file.writeUInt32LE(start, 10);
	file.writeUInt32LE(headerSize, 14);
	if (headerSize === 12) {
		[WIDTH, HEIGHT, 1, 24].forEach((value, index) => file.writeUInt16LE(value, 18 + 2 * index));
	} else {
		file.writeInt32LE(WIDTH, 18);
		file.writeInt32LE(isTopDown ? -HEIGHT : HEIGHT, 22);
		file.writeUInt16LE(1, 26);
		file.writeUInt16LE(24, 28);
	}
	return file;
}

function isoFile(mainBrand: string, ...compatibleBrands: string[]): Buffer {
	const brands = `ftyp${mainBrand}\0\0\0\0${compatibleBrands.join('')}`;
	const file = Buffer.from(`\0\0\0\0${brands}\0\0\0\x08freeheic`, 'latin1');
	file.writeUInt32BE(4 + brands.length);
	return file;
}

function tiff(order: 'II' | 'MM', type: 'short' | 'long'): Buffer {
	const file = Buffer.alloc(8 + 2 + 3 * 12 + 4);
	const write = (value: number, offset: number, size: number) =>
		order === 'II' ? file.writeUIntLE(value, offset, size) : file.writeUIntBE(value, offset, size);
	file.write(order);
	write(42, 2, 2);
	write(8, 4, 4);
	write(3, 8, 2);
	[[254, 0], [256, WIDTH], [257, HEIGHT]].forEach(([tag = 0, value = 0], index) => {
		const entry = 10 + 12 * index;
		write(tag, entry, 2);
		write(type === 'short' ? 3 : 4, entry + 2, 2);
		write(1, entry + 4, 4);
		write(value, entry + 8, type === 'short' ? 2 : 4);
	});
	return file;
}

describe('pictures', () => {
	it.each([
		['png', 'png', () => picture().png()],
		['png of a palette', 'png', () => picture().png({ palette: true })],
		['jpeg', 'jpeg', () => picture().jpeg()],
		['progressive jpeg', 'jpeg', () => picture().jpeg({ progressive: true })],
		['lossy webp', 'webp', () => picture().removeAlpha().webp()],
		['lossless webp', 'webp', () => picture().webp({ lossless: true })],
		['webp with alpha', 'webp', () => picture().webp()],
		['gif', 'gif', () => picture().gif()],
		['tiff', 'tiff', () => picture().tiff({ compression: 'lzw' })],
	])('%s', async (_name, type, make) => {
		expect(detectFormat(await make().toBuffer())).toEqual({ ...image(type), ...DIMENSIONS });
	});

	it('of webp cover its three layouts', async () => {
		const layouts = [
			picture().removeAlpha().webp(),
			picture().removeAlpha().webp({ lossless: true }),
			picture().webp(),
		];
		const files = await Promise.all(layouts.map((layout) => layout.toBuffer()));
		expect(files.map((file) => file.toString('latin1', 12, 16))).toEqual(['VP8 ', 'VP8L', 'VP8X']);
		for (const file of files) expect(detectFormat(file)).toMatchObject(DIMENSIONS);
	});

	it('avif, without dimensions', async () => {
		expect(detectFormat(await picture().avif({ effort: 0 }).toBuffer())).toEqual(image('avif'));
	});

	it('jpeg with metadata before its dimensions, which are as stored', async () => {
		const file = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
		expect(detectFormat(file)).toEqual({ ...image('jpeg'), ...DIMENSIONS });
	});

	it('jpeg with the largest segment of metadata, within the head that suffices as a rule', async () => {
		const file = await picture().jpeg().toBuffer();
		const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(0xfffd, 0xff)]);
		const large = Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)]);
		expect(detectFormat(large.subarray(0, FORMAT_HEAD_BYTES))).toEqual({ ...image('jpeg'), ...DIMENSIONS });
		expect(detectFormat(large.subarray(0, 0xffff))).toEqual(image('jpeg'));
	});

	it('jpeg with fill bytes before a marker', async () => {
		const file = await picture().jpeg().toBuffer();
		const filled = Buffer.concat([file.subarray(0, 2), Buffer.alloc(3, 0xff), file.subarray(2)]);
		expect(detectFormat(filled)).toEqual({ ...image('jpeg'), ...DIMENSIONS });
	});

	it.each([0xc4, 0xc8, 0xcc])('jpeg with a segment of marker %i, which is no frame, before the frame', async (marker) => {
		const file = await picture().jpeg().toBuffer();
		const segment = Buffer.from([0xff, marker, 0, 9, 8, 0, 1, 0, 1, 0, 0]);
		const extended = Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)]);
		expect(detectFormat(extended)).toEqual({ ...image('jpeg'), ...DIMENSIONS });
	});

	it('lossy webp that asks for scaling', async () => {
		const file = await picture().removeAlpha().webp().toBuffer();
		file.writeUInt16LE(0x4000 | WIDTH, 26);
		file.writeUInt16LE(0xc000 | HEIGHT, 28);
		expect(detectFormat(file)).toEqual({ ...image('webp'), ...DIMENSIONS });
	});

	it('extended webp that takes all three bytes for its dimensions', async () => {
		const file = await picture().webp().toBuffer();
		file.writeUIntLE(100_000 - 1, 24, 3);
		file.writeUIntLE(70_000 - 1, 27, 3);
		expect(detectFormat(file)).toEqual({ ...image('webp'), width: 100_000, height: 70_000 });
	});

	it.each([
		['an old header', bmp(12)],
		['the usual header', bmp(40)],
		['the newest header', bmp(124)],
		['rows from the top', bmp(40, true)],
	])('bmp with %s, as another decoder sees it', async (_name, file) => {
		const { width, height } = await loadImage(file);
		expect({ width, height }).toEqual(DIMENSIONS);
		expect(detectFormat(file)).toEqual({ ...image('bmp'), ...DIMENSIONS });
	});

	it.each([
		['II', 'short'],
		['II', 'long'],
		['MM', 'short'],
		['MM', 'long'],
	] as const)('tiff of byte order %s with dimensions of type %s', (order, type) => {
		expect(detectFormat(tiff(order, type))).toEqual({ ...image('tiff'), ...DIMENSIONS });
	});

	it('with a size of nothing have no dimensions', async () => {
		const file = await picture().gif().toBuffer();
		file.writeUInt16LE(0, 6);
		expect(detectFormat(file)).toEqual(image('gif'));
	});
});

describe('ISO media files', () => {
	const mp4 = { mimeType: 'video/mp4', extension: 'mp4', kind: 'video' };
	const mov = { mimeType: 'video/quicktime', extension: 'mov', kind: 'video' };

	it.each([
		['isom', mp4],
		['iso6', mp4],
		['mp41', mp4],
		['mp42', mp4],
		['avc1', mp4],
		['M4V ', mp4],
		['qt  ', mov],
		['M4A ', { mimeType: 'audio/mp4', extension: 'm4a', kind: 'other' }],
		['avif', image('avif')],
		['avis', image('avif')],
		['heic', image('heic')],
		['hevc', image('heic')],
	])('of main brand %j', (brand, format) => {
		expect(detectFormat(isoFile(brand))).toEqual(format);
	});

	it('go by the main brand, where it is known', () => {
		expect(detectFormat(isoFile('isom', 'qt  ', 'avif'))).toEqual(mp4);
		expect(detectFormat(isoFile('qt  ', 'isom'))).toEqual(mov);
	});

	it('go by the compatible brands where the main brand is not known', () => {
		expect(detectFormat(isoFile('XXXX', 'mp42'))).toEqual(mp4);
		expect(detectFormat(isoFile('mif1', 'iso8', 'heic'))).toEqual(image('heic'));
	});

	it('are unknown without a known brand; what follows the list of brands does not count', () => {
		expect(detectFormat(isoFile('XXXX', 'YYYY'))).toBeUndefined();
	});
});

describe('Matroska files', () => {
	const start = '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82';

	it.each([
		[`${start}\x84webm`, { mimeType: 'video/webm', extension: 'webm', kind: 'video' }],
		[`${start}\x88matroska`, { mimeType: 'video/x-matroska', extension: 'mkv', kind: 'video' }],
		[`${start}\x84else`, undefined],
	])('%#', (head, format) => {
		expect(detectFormat(Buffer.from(head, 'latin1'))).toEqual(format);
	});
});

describe('what is none of these', () => {
	it.each([
		'',
		'<!DOCTYPE html><title>Not found</title>',
		'{"error":{"code":"AccessDenied"}}',
		'<?xml version="1.0"?><Error/>',
		'BM, or how the letters were found',
		'RIFF\0\0\0\0WAVEfmt ',
		'\x89PNG\n',
		'ftypisom',
	])('%j', (text) => {
		expect(detectFormat(Buffer.from(text, 'latin1'))).toBeUndefined();
	});
});

it('reads the part that a view shows, not the memory behind it', async () => {
	const file = await picture().png().toBuffer();
	const memory = new Uint8Array(file.length + 5);
	memory.set(file, 5);
	expect(detectFormat(memory.subarray(5))).toEqual({ ...image('png'), ...DIMENSIONS });
	expect(detectFormat(memory.subarray(5, 25))).toEqual(image('png'));
});
