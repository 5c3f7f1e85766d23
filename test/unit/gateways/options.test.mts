/** What the form offers for a model is sent: an option without a name in the API would be dropped in silence. */
import { gateways } from '../../../nodes/shared/gateways/registry.js';
import type {
	VideoOptions,
	VideoRequest,
} from '../../../nodes/shared/generation/seedanceRequest.js';

const VALUES: Required<VideoOptions> = {
	seed: 7,
	cameraFixed: true,
	generateAudio: true,
	returnLastFrame: true,
	watermark: true,
	serviceTier: 'flex',
	executionExpiresAfter: 7200,
	frames: 57,
	outputFormat: 'mov',
	draft: true,
	priority: 3,
	referenceTask: 'edit',
	safetyIdentifier: 'a-user',
	webSearch: true,
};

const request: Omit<VideoRequest, 'model'> = {
	prompt: 'A red fox',
	images: [],
	roles: [],
	videos: [],
	audios: [],
	aspectRatio: 'auto',
	resolution: '720p',
	duration: 5,
	options: {},
};

const isOption = (name: string): name is keyof VideoOptions => name in VALUES;

const OFFERED = gateways.flatMap(({ displayName, seedance }) =>
	(seedance?.models ?? []).flatMap(({ id, options }) =>
		options.filter(isOption).map((option) => ({ gateway: displayName, id, option, seedance })),
	),
);

it.each(OFFERED)('$gateway, $id: $option', ({ id, option, seedance }) => {
	const build = (options: VideoOptions) =>
		JSON.stringify(seedance?.buildRequest({ ...request, model: id, options }));
	expect(build({ [option]: VALUES[option] })).not.toBe(build({}));
});
