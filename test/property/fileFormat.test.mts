import fc from 'fast-check';
import { fileTypeFromBuffer } from 'file-type/core';
import { imageSize } from 'image-size';
import sharp from 'sharp';

import {
	detectFormat,
	followFile,
	FORMAT_HEAD_BYTES,
} from '../../nodes/shared/media/detectFormat.js';

/** Every run of the tests has others; `npm run test:property` makes more. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 2000);

const TYPES = ['png', 'jpeg', 'webp', 'gif', 'tiff'] as const;

interface Look {
	type: (typeof TYPES)[number];
	width: number;
	height: number;
	hasAlpha: boolean;
	isSpecial: boolean;
}

const look: fc.Arbitrary<Look> = fc.record({
	type: fc.constantFrom(...TYPES),
	width: fc.integer({ min: 1, max: 700 }),
	height: fc.integer({ min: 1, max: 700 }),
	hasAlpha: fc.boolean(),
	isSpecial: fc.boolean(),
});

async function draw({ type, width, height, hasAlpha, isSpecial }: Look): Promise<Buffer> {
	const background = { r: 10, g: 120, b: 230, alpha: 0.4 };
	const blank = sharp({ create: { width, height, channels: hasAlpha ? 4 : 3, background } });
	switch (type) {
		case 'png':
			return await blank.png({ palette: isSpecial }).toBuffer();
		case 'jpeg':
			return await blank.jpeg({ progressive: isSpecial }).toBuffer();
		case 'webp':
			return await blank.webp({ lossless: isSpecial, effort: 0 }).toBuffer();
		case 'gif':
			return await blank.gif({ effort: 1 }).toBuffer();
		case 'tiff':
			return await blank.tiff({ compression: isSpecial ? 'deflate' : 'lzw' }).toBuffer();
	}
}

it('tells every picture as another library does', async () => {
	await fc.assert(
		fc.asyncProperty(look, async (drawn) => {
			const file = await draw(drawn);
			const { format, width, height } = await sharp(file).metadata();
			expect(detectFormat(file)).toEqual({
				mimeType: `image/${format}`,
				extension: format,
				kind: 'image',
				width,
				height,
			});
		}),
	);
});

it('tells every picture as the libraries do that are made for it', async () => {
	await fc.assert(
		fc.asyncProperty(look, async (drawn) => {
			const file = await draw(drawn);
			const { mimeType, width, height } = detectFormat(file) ?? {};
			const type = await fileTypeFromBuffer(file);
			const size = imageSize(file);
			expect({ mimeType, width, height }).toEqual({
				mimeType: type?.mime,
				width: size.width,
				height: size.height,
			});
		}),
	);
});

it('tells a picture cut anywhere as far as it is there, and never wrongly', async () => {
	await fc.assert(
		fc.asyncProperty(look, async (drawn) => {
			const file = await draw(drawn);
			const whole = detectFormat(file);
			const { width: _width, height: _height, ...withoutDimensions } = whole ?? {};
			const steps = [undefined, withoutDimensions, whole];
			const written = steps.map((one) => JSON.stringify(one));
			let step = 0;
			for (let length = 0; length <= Math.min(file.length, 1500); length++) {
				const format = detectFormat(file.subarray(0, length));
				const told = JSON.stringify(format);
				// More bytes never say less: unknown, then the format, then the dimensions, too.
				while (step < 2 && told !== written[step]) step++;
				// Jest compares slowly, and this is asked some hundred thousand times.
				if (told !== written[step]) expect(format).toEqual(steps[step]);
			}
		}),
	);
});

it('tells the same of a picture that passes in pieces, and whether it came whole', async () => {
	await fc.assert(
		fc.asyncProperty(
			look,
			fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
			fc.double({ min: 0, max: 0.99, noNaN: true }),
			async (drawn, pieces, part) => {
				const file = await draw(drawn);
				const passed = (bytes: Buffer) => {
					const passing = followFile(file.subarray(0, FORMAT_HEAD_BYTES));
					for (let at = 0, turn = 0; at < bytes.length; turn++) {
						const piece = pieces[turn % pieces.length] ?? 1;
						passing.add(bytes.subarray(at, at + piece));
						at += piece;
					}
					return passing;
				};
				const whole = passed(file);
				expect(whole.format()).toEqual(detectFormat(file));
				expect(whole.isCut()).toBe(false);
				// A TIFF does not tell where it ends.
				if (drawn.type !== 'tiff')
					expect(passed(file.subarray(0, file.length * part)).isCut()).toBe(true);
			},
		),
	);
});

it('never throws and never gives half a size, whatever the bytes', () => {
	const signature = fc.constantFrom(
		'',
		'\x89PNG\r\n\x1a\n',
		'\xff\xd8\xff',
		'RIFF\0\0\0\0WEBPVP8 ',
		'RIFF\0\0\0\0WEBPVP8L',
		'RIFF\0\0\0\0WEBPVP8X',
		'GIF89a',
		'BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0',
		'BM\0\0\0\0\0\0\0\0\0\0\0\0\x0c\0\0\0',
		'II*\0',
		'MM\0*',
		'II*\0\x08\0\0\0',
		'\0\0\0\x20ftyp',
		'\0\0\0\x10ftypavif\0\0\0\0',
		'\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x01',
		'\0\0\0\x08moov',
		'\x1a\x45\xdf\xa3\x84webm\x18\x53\x80\x67',
		'\xff\xff\xff\xffftyp',
		'\x1a\x45\xdf\xa3',
	);
	const rest = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x00, 0xff)), { maxLength: 120 });
	fc.assert(
		fc.property(signature, rest, (start, values) => {
			const bytes = Buffer.concat([Buffer.from(start, 'latin1'), Uint8Array.from(values)]);
			const passing = followFile(bytes);
			for (const byte of bytes) passing.add(Uint8Array.of(byte));
			const format = detectFormat(bytes);
			expect(passing.format()).toEqual(format);
			if (format === undefined) return;
			expect(format.mimeType).toMatch(/^(image|video|audio)\//);
			expect((format.width === undefined) === (format.height === undefined)).toBe(true);
			for (const side of [format.width ?? 1, format.height ?? 1]) {
				expect(Number.isInteger(side) && side > 0).toBe(true);
			}
		}),
		{ numRuns: RUNS },
	);
});

it('comes to an end in a head that is all fill bytes', () => {
	const fill = Buffer.alloc(FORMAT_HEAD_BYTES, 0xff);
	fill.writeUInt8(0xd8, 1);
	expect(detectFormat(fill)).toEqual({ mimeType: 'image/jpeg', extension: 'jpeg', kind: 'image' });
});
