import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { madeOnce } from './madeFiles.mjs';
import { type Drawing, drawPixels } from './pictures.mjs';
import type { PixelSize } from './sizes.mjs';
import videoWorkerFile from './videoWorkerFile.cjs';

/** One, because tests order many videos and every frame costs: a bar that moves once a second shows that it plays. */
const FRAMES_PER_SECOND = 1;

/** Widest video made of a first frame, as width / height, and, turned, the narrowest: what Seedance makes upstream. */
const WIDEST = 21 / 9;

interface VideoPixels extends PixelSize {
	seconds: number;
	framesPerSecond: number;
	/** RGBA, row by row */
	pixels: Uint8ClampedArray;
}

let lastEncoding: Promise<unknown> = Promise.resolve();
let videosOrdered = 0;
let worker: Worker | undefined;

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
	return await madeOnce({ ...drawing, seconds }, async () => await drawVideo(drawing, seconds));
}

async function drawVideo(drawing: Drawing, seconds: number): Promise<Buffer> {
	videosOrdered += 1;
	try {
		const pixels = await drawPixels(drawing, `${seconds} s`);
		const video = { ...drawing.size, seconds, framesPerSecond: FRAMES_PER_SECOND, pixels };
		// One at a time: an encoder takes a core.
		const encoding = lastEncoding.then(async () => await encode(video));
		lastEncoding = encoding.catch(() => undefined);
		return await encoding;
	} finally {
		videosOrdered -= 1;
		// A new thread is slow at first, so videos that are ordered together share one; none is left behind.
		if (videosOrdered === 0) endWorker();
	}
}

async function encode(video: VideoPixels): Promise<Buffer> {
	worker ??= startWorker();
	try {
		worker.postMessage(video);
		const [bytes]: Uint8Array[] = await once(worker, 'message');
		if (bytes === undefined) throw new Error('The video encoder gave no video');
		return Buffer.from(bytes);
	} catch (error) {
		endWorker();
		throw error;
	}
}

function startWorker(): Worker {
	// What this process was started with, such as a loader for TypeScript, would only make the thread slow.
	const started = new Worker(videoWorkerFile, { execArgv: [] });
	// A video that nobody waits for any more keeps no process alive.
	started.unref();
	return started;
}

function endWorker(): void {
	void worker?.terminate();
	worker = undefined;
}
