import { loadImage } from '@napi-rs/canvas';
import sharp, { type Sharp } from 'sharp';

import {
	detectFormat,
	followFile,
	FORMAT_HEAD_BYTES,
} from '../../../nodes/shared/media/detectFormat.js';

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

function isoBox(type: string, ...parts: Buffer[]): Buffer {
	const header = Buffer.from(`\0\0\0\0${type}`, 'latin1');
	const box = Buffer.concat([header, ...parts]);
	box.writeUInt32BE(box.length);
	return box;
}

function tiff(order: 'II' | 'MM', type: 'short' | 'long'): Buffer {
	const file = Buffer.alloc(8 + 2 + 3 * 12 + 4);
	const write = (value: number, offset: number, size: number) =>
		order === 'II' ? file.writeUIntLE(value, offset, size) : file.writeUIntBE(value, offset, size);
	file.write(order);
	write(42, 2, 2);
	write(8, 4, 4);
	write(3, 8, 2);
	[
		[254, 0],
		[256, WIDTH],
		[257, HEIGHT],
	].forEach(([tag = 0, value = 0], index) => {
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

	it('avif', async () => {
		expect(detectFormat(await picture().avif({ effort: 0 }).toBuffer())).toEqual({
			...image('avif'),
			...DIMENSIONS,
		});
	});

	it('heic with a thumbnail and tiles, of which the whole picture is the largest', () => {
		const size = (width: number, height: number) => {
			const box = Buffer.alloc(20);
			box.writeUInt32BE(20);
			box.write('ispe', 4);
			box.writeUInt32BE(width, 12);
			box.writeUInt32BE(height, 16);
			return box;
		};
		const properties = isoBox(
			'iprp',
			isoBox('ipco', size(160, 107), size(WIDTH, HEIGHT), size(128, 128)),
			isoBox('ipma', Buffer.alloc(8)),
		);
		const file = Buffer.concat([
			isoBox('ftyp', Buffer.from('heic\0\0\0\0')),
			isoBox('meta', Buffer.alloc(4), isoBox('hdlr', Buffer.alloc(24)), properties),
			isoBox('mdat', Buffer.alloc(300_000)),
		]);
		expect(detectFormat(file)).toEqual({ ...image('heic'), ...DIMENSIONS });
	});

	it('jpeg with metadata before its dimensions, which are as stored', async () => {
		const file = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
		expect(detectFormat(file)).toEqual({ ...image('jpeg'), ...DIMENSIONS });
	});

	it('jpeg with fill bytes before a marker', async () => {
		const file = await picture().jpeg().toBuffer();
		const frame = file.indexOf(Buffer.of(0xff, 0xc0));
		for (const place of [2, frame]) {
			const filled = Buffer.concat([
				file.subarray(0, place),
				Buffer.alloc(3, 0xff),
				file.subarray(place),
			]);
			expect(detectFormat(filled)).toEqual({ ...image('jpeg'), ...DIMENSIONS });
		}
	});

	it.each([0xc4, 0xc8, 0xcc])(
		'jpeg with a segment of marker %i, which is no frame, before the frame',
		async (marker) => {
			const file = await picture().jpeg().toBuffer();
			const segment = Buffer.from([0xff, marker, 0, 9, 8, 0, 1, 0, 1, 0, 0]);
			const extended = Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)]);
			expect(detectFormat(extended)).toEqual({ ...image('jpeg'), ...DIMENSIONS });
		},
	);

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

/** What is known of a file when it has passed in pieces. */
function passed(file: Buffer, pieceBytes = 1000) {
	const passing = followFile(file.subarray(0, FORMAT_HEAD_BYTES));
	for (let at = 0; at < file.length; at += pieceBytes)
		passing.add(file.subarray(at, at + pieceBytes));
	return passing;
}

describe('a file that passes', () => {
	it('jpeg with 10 MB of metadata before its size', async () => {
		const file = await picture().jpeg().toBuffer();
		const segment = Buffer.concat([
			Buffer.from([0xff, 0xe2, 0xff, 0xff]),
			Buffer.alloc(0xfffd, 0xff),
		]);
		const large = Buffer.concat([
			file.subarray(0, 2),
			...Array<Buffer>(160).fill(segment),
			file.subarray(2),
		]);
		expect(passed(large, 65_536).format()).toEqual({ ...image('jpeg'), ...DIMENSIONS });
		expect(passed(large.subarray(0, 5_000_000)).format()).toEqual(image('jpeg'));
	});

	it('tiff with its directory at the end', async () => {
		const file = await sharp({
			create: {
				width: 400,
				height: 300,
				channels: 3,
				background: '#123',
				noise: { type: 'gaussian', mean: 9, sigma: 9 },
			},
		})
			.tiff({ compression: 'none' })
			.toBuffer();
		expect(file.readUInt32LE(4)).toBeGreaterThan(file.length / 2);
		expect(passed(file).format()).toEqual({ ...image('tiff'), width: 400, height: 300 });
	});

	it('png of Apple, with a chunk before its header', async () => {
		const file = await picture().png().toBuffer();
		const chunk = Buffer.from('\0\0\0\x04CgBI\x50\0\x20\x06\0\0\0\0', 'latin1');
		expect(passed(Buffer.concat([file.subarray(0, 8), chunk, file.subarray(8)])).format()).toEqual({
			...image('png'),
			...DIMENSIONS,
		});
	});

	it('tiff that points back to what has passed', () => {
		const file = Buffer.concat([Buffer.from('II*\0\x02\0\0\0', 'latin1'), Buffer.alloc(5000)]);
		expect(passed(file, 100).format()).toEqual(image('tiff'));
		expect(passed(file, 100).isCut()).toBe(false);
	});
});

describe('the end of a file', () => {
	const video = (...boxes: Buffer[]) =>
		Buffer.concat([isoBox('ftyp', Buffer.from('isom\0\0\0\0')), ...boxes]);
	const data = isoBox('mdat', Buffer.alloc(9000));
	const index = isoBox('moov', Buffer.alloc(500));
	const large = Buffer.concat([
		Buffer.from('\0\0\0\x01mdat\0\0\0\0\0\0\x10\x10', 'latin1'),
		Buffer.alloc(4096),
	]);
	const header = Buffer.from('\x1a\x45\xdf\xa3\x84webm', 'latin1');
	const segment = (size: string) =>
		Buffer.concat([header, Buffer.from(`\x18\x53\x80\x67${size}`, 'latin1'), Buffer.alloc(5000)]);

	it.each<[string, Buffer | (() => Promise<Buffer>)]>([
		['png', async () => await picture().png().toBuffer()],
		['jpeg', async () => await picture().jpeg().toBuffer()],
		['progressive jpeg', async () => await picture().jpeg({ progressive: true }).toBuffer()],
		['webp', async () => await picture().webp().toBuffer()],
		['gif', async () => await picture().gif().toBuffer()],
		['avif', async () => await picture().avif({ effort: 0 }).toBuffer()],
		['mp4 with its index first', video(index, data)],
		['mp4 with its index last', video(data, index)],
		['mp4 with a length of eight bytes', video(index, large)],
		['mp4 without brands', Buffer.concat([isoBox('wide'), data, index])],
		['webm', segment('\x53\x88')],
	])('%s is there, or not', async (_name, made) => {
		const file = Buffer.isBuffer(made) ? made : await made();
		expect(passed(file).isCut()).toBe(false);
		expect(passed(Buffer.concat([file, Buffer.from('what else a storage appends')])).isCut()).toBe(
			false,
		);
		for (const part of [0.5, 0.9])
			expect(passed(file.subarray(0, file.length * part)).isCut()).toBe(true);
		expect(passed(file.subarray(0, -1)).isCut()).toBe(true);
	});

	it.each([
		[
			'an mp4 whose last box goes on to the end',
			video(index, Buffer.concat([Buffer.from('\0\0\0\0mdat'), Buffer.alloc(99)])),
		],
		['a webm of unknown length', segment('\x01\xff\xff\xff\xff\xff\xff\xff')],
		['a bmp', bmp(40).subarray(0, -100)],
		['no known format', Buffer.alloc(5000, 'x')],
	])('is not told by %s', (_name, file) => {
		expect(passed(file).isCut()).toBe(false);
	});

	it('is missing where an mp4 ends between two boxes, before its index', () => {
		expect(passed(video(data)).isCut()).toBe(true);
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
	const start =
		'\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82';

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
