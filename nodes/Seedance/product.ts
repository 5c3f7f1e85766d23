import { z } from 'zod';
import { DEFAULT_DURATION, DEFAULT_TASK_TIMEOUT, DEFAULT_VIDEO_RESOLUTION } from '../shared/defaults';
import { modelOf } from '../shared/form/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/form/common';
import { number, oneOf, text, yesOrNo } from '../shared/form/values';
import type { VideoService } from '../shared/gateways/gateway';
import { seedanceServers } from '../shared/gateways/registry';
import { exchangeOf } from '../shared/job';
import { checkVideoRequest, VIDEO_RESOLUTIONS, type VideoModel, type VideoOptions } from '../shared/media/videoRequest';
import type { Product } from '../shared/prepare';

const videoOptions = {
	cameraFixed: yesOrNo.optional(),
	executionExpiresAfter: number.optional(),
	frames: number.optional(),
	outputFormat: oneOf(['mp4', 'mov']).optional(),
	generateAudio: yesOrNo.optional(),
	referenceAudio: text,
	referenceVideos: text,
	returnLastFrame: yesOrNo.optional(),
	seed: number.int('has to be a whole number').optional(),
	serviceTier: oneOf(['default', 'flex']).optional(),
	watermark: yesOrNo.default(false),
};

const seedanceForm = z.object({
	...commonFields,
	resolution: oneOf(VIDEO_RESOLUTIONS),
	duration: number,
	options: z.object({ ...commonOptions(DEFAULT_TASK_TIMEOUT), ...videoOptions }).default({}),
});

type SeedanceForm = z.output<typeof seedanceForm>;

/** Seedance videos. */
export const seedanceProduct: Product<VideoService, SeedanceForm> = {
	servers: seedanceServers,
	schema: seedanceForm,
	fallbacks: { ...COMMON_FALLBACKS, resolution: DEFAULT_VIDEO_RESOLUTION, duration: DEFAULT_DURATION },
	wish(form, references, server) {
		const { service } = server;
		const model = modelOf(seedanceServers, server, form.model);
		const { prompt, aspectRatio, resolution, duration } = form;
		const asked = {
			model: model.id,
			prompt,
			aspectRatio,
			roles: references.map(({ role }) => role),
			// Where the model's id says it, there is nothing to choose.
			resolution: model.resolutions.length === 0 ? ('auto' as const) : resolution,
			duration: model.duration === undefined ? 0 : duration,
			options: optionsOf(model, form.options),
			videos: linksIn(form.options.referenceVideos),
			audios: linksIn(form.options.referenceAudio),
		};
		checkVideoRequest(asked, model, service, service.imagesLabel);
		return { model: model.id, asked, isSet: false, exchange: (images) => exchangeOf(service, { ...asked, images }) };
	},
};

/** One to a line, or separated by commas; a data URI has one of its own. */
const linksIn = (lines: string): string[] => lines.split(/[\s,]+(?=https?:|asset:|data:)|\s+/).filter((link) => link !== '');

/** Of what the form says, what the model has. */
function optionsOf({ options: offered }: Pick<VideoModel, 'options'>, chosen: SeedanceForm['options']): VideoOptions {
	const { seed, cameraFixed, generateAudio, returnLastFrame, watermark, serviceTier, executionExpiresAfter, frames, outputFormat } = chosen;
	const all: VideoOptions = { seed, cameraFixed, generateAudio, returnLastFrame, watermark, serviceTier, executionExpiresAfter, frames, outputFormat };
	return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== undefined && offered.some((option) => option === name)));
}
