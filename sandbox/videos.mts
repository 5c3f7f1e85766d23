import { Worker } from 'node:worker_threads';

import { type Drawing, drawPixels } from './pictures.mjs';
import type { PixelSize } from './sizes.mjs';
import videoWorkerFile from './videoWorkerFile.cjs';

/** One, because tests order many videos and every frame costs: a bar that moves once a second shows that it plays. */
const FRAMES_PER_SECOND = 1;

/** Widest video made of a first frame, as width / height, and, turned, the narrowest: what Seedance makes upstream. */
const WIDEST = 21 / 9;

let lastEncoding: Promise<unknown> = Promise.resolve();

/** Pixels of a video whose shorter side is given; `ratio` is width / height. Sides are even, as H.264 wants them. */
export function videoSize(shorterSide: number, ratio: number): PixelSize {
	const bounded = Math.min(WIDEST, Math.max(1 / WIDEST, ratio));
	const longerSide = 2 * Math.round((shorterSide * Math.max(bounded, 1 / bounded)) / 2);
	return bounded >= 1
		? { width: longerSide, height: shorterSide }
		: { width: shorterSide, height: longerSide };
}

/** Makes an mp4 (H.264, no sound) that shows the drawing for so many seconds, with a bar that grows below it. */
export async function makeVideo(drawing: Drawing, seconds: number): Promise<Buffer> {
	const pixels = await drawPixels(drawing, `${seconds} s`);
	// One at a time: an encoder takes a core, and the memory of many pictures.
	const encoding = lastEncoding.then(async () => await encode(drawing.size, seconds, pixels));
	lastEncoding = encoding.catch(() => undefined);
	return await encoding;
}

async function encode(
	size: PixelSize,
	seconds: number,
	pixels: Uint8ClampedArray,
): Promise<Buffer> {
	return await new Promise((resolve, reject) => {
		const worker = new Worker(videoWorkerFile, {
			workerData: { ...size, seconds, framesPerSecond: FRAMES_PER_SECOND, pixels },
			// What this process was started with, such as a loader for TypeScript, would only make the thread slow.
			execArgv: [],
		});
		// A video that nobody waits for any more keeps no process alive.
		worker.unref();
		worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)));
		worker.once('error', reject);
		worker.once('exit', () => reject(new Error('The video encoder ended without a video')));
	});
}
