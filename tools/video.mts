import { mediaInfoFactory } from 'mediainfo.js';
import { z } from 'zod';

export interface Video {
	width: number;
	height: number;
	seconds: number;
	/** by ffprobe's name: "h264" */
	codec: string;
	frames: number;
}

const videoTrack = z.object({
	'@type': z.literal('Video'),
	Format: z.string(),
	Width: z.number(),
	Height: z.number(),
	Duration: z.number(),
	FrameCount: z.number(),
});

const report = z.object({ media: z.object({ track: z.array(z.unknown()) }) });

/**
 * What MediaInfo, which shares nothing with the sandbox's encoder, says of a video file: pixels, seconds, codec and
 * frames. Throws an Error for anything that has no complete video track.
 */
export async function probeVideo(bytes: Buffer): Promise<Video> {
	const mediaInfo = await mediaInfoFactory({ format: 'object' });
	try {
		const answer = await mediaInfo.analyzeData(bytes.length, (size, offset) =>
			bytes.subarray(offset, offset + size),
		);
		const tracks = report.safeParse(answer).data?.media.track ?? [];
		for (const track of tracks) {
			const video = videoTrack.safeParse(track);
			if (!video.success) continue;
			const { Format, Width, Height, Duration, FrameCount } = video.data;
			const codec = Format === 'AVC' ? 'h264' : Format.toLowerCase();
			return { width: Width, height: Height, seconds: Duration, codec, frames: FrameCount };
		}
		throw new Error(`MediaInfo finds no complete video track in these ${bytes.length} bytes`);
	} finally {
		mediaInfo.close();
	}
}
