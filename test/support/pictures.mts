import sharp from 'sharp';

/** A picture of one colour, encoded. */
export async function picture(
	width: number,
	height: number,
	format: 'png' | 'jpeg' | 'webp' = 'png',
	colour = '#c24',
): Promise<Buffer> {
	return await sharp({ create: { width, height, channels: 3, background: colour } })
		.toFormat(format)
		.toBuffer();
}

/** A good PNG of at least so many bytes: stored without compression, which takes no time. */
export async function heavyPicture(bytes: number): Promise<Buffer> {
	const side = Math.ceil(Math.sqrt(bytes / 3)) + 8;
	const image = sharp({ create: { width: side, height: side, channels: 3, background: '#c24' } });
	return await image.png({ compressionLevel: 0, adaptiveFiltering: false }).toBuffer();
}
