import sharp from 'sharp';

/** A picture of one colour, encoded. */
export async function picture(
	width: number,
	height: number,
	format: 'png' | 'jpeg' | 'webp' = 'png',
	colour = '#c24',
): Promise<Buffer> {
	return await sharp({ create: { width, height, channels: 3, background: colour } }).toFormat(format).toBuffer();
}

/** A good PNG of at least so many bytes: noise does not compress. */
export async function heavyPicture(bytes: number): Promise<Buffer> {
	const side = Math.ceil(Math.sqrt(bytes / 3)) + 8;
	const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
	return await sharp({ create: { width: side, height: side, channels: 3, background: '#000', noise } }).png().toBuffer();
}
