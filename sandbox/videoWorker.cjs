// Runs as a worker thread: encoding would hold up the sandbox's answers, and the encoder listens to the process's
// uncaught errors, which is nobody's business outside this thread. Plain CommonJS, so that Node can load it as it is.
// Takes `width`, `height`, `seconds`, `framesPerSecond` and `pixels` (RGBA) as a message, answers with the mp4's bytes.
const { parentPort } = require('node:worker_threads');

const { createH264MP4Encoder } = require('h264-mp4-encoder');

/** The encoder's fastest: a flat picture with text stays readable. */
const FASTEST = 10;

/** Rows of the bar that shows how far the video has run, as parts of the height. */
const BAR = { top: 0.965, bottom: 0.985 };

/** White, as luma: the bar crosses nothing colourful enough to need more. */
const WHITE = 235;

async function encode({ width, height, seconds, framesPerSecond, pixels }) {
	const encoder = await createH264MP4Encoder();
	const frames = seconds * framesPerSecond;
	Object.assign(encoder, {
		width,
		height,
		frameRate: framesPerSecond,
		speed: FASTEST,
		// One key frame: what comes after it differs by the bar alone.
		groupOfPictures: frames,
	});
	encoder.initialize();
	const picture = yuvOf(pixels, width, height);
	for (let frame = 1; frame <= frames; frame++) {
		const length = Math.round((width * frame) / frames);
		for (let row = Math.floor(height * BAR.top); row < height * BAR.bottom; row++) {
			picture.fill(WHITE, row * width, row * width + length);
		}
		encoder.addFrameYuv(picture);
	}
	encoder.finalize();
	const mp4 = encoder.FS.readFile(encoder.outputFilename);
	encoder.delete();
	return mp4;
}

/**
 * RGBA as planes of luma and, at a quarter of the pixels, chroma (BT.601, limited range). The encoder could do it, but
 * would do it for every frame anew, and takes twice as long with it.
 */
function yuvOf(rgba, width, height) {
	const pixels = width * height;
	const yuv = new Uint8Array((pixels * 3) / 2);
	for (let at = 0; at < pixels; at++) {
		const [red, green, blue] = [rgba[4 * at], rgba[4 * at + 1], rgba[4 * at + 2]];
		yuv[at] = 16 + ((66 * red + 129 * green + 25 * blue + 128) >> 8);
	}
	let u = pixels;
	let v = pixels + pixels / 4;
	for (let y = 0; y < height; y += 2) {
		for (let x = 0; x < width; x += 2) {
			const at = 4 * (y * width + x);
			const [red, green, blue] = [rgba[at], rgba[at + 1], rgba[at + 2]];
			yuv[u++] = 128 + ((-38 * red - 74 * green + 112 * blue + 128) >> 8);
			yuv[v++] = 128 + ((112 * red - 94 * green - 18 * blue + 128) >> 8);
		}
	}
	return yuv;
}

parentPort.on('message', async (video) => parentPort.postMessage(await encode(video)));
