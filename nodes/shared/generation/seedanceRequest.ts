import { joinOr } from './joinOr';
import type { MediaModel, MediaRequest, ReferenceRules } from './request';

/** The names that the form uses for how large a video is. */
export const VIDEO_RESOLUTIONS = ['480p', '720p', '1080p', '4k'] as const;
export type VideoResolution = (typeof VIDEO_RESOLUTIONS)[number];

/** The aspect ratio of the first frame, or one that suits the words. */
export const ADAPTIVE = 'adaptive';

/** What a ratio can be adaptive to. */
export const ADAPTS_TO = {
	words: 'words alone',
	frame: 'a first frame',
	references: 'references',
} as const;

/** What an input image is to a video. */
export const IMAGE_ROLES = ['firstFrame', 'lastFrame', 'reference'] as const;
export type ImageRole = (typeof IMAGE_ROLES)[number];

/** What the references are for, where the model should not find out by itself. */
export const REFERENCE_TASKS = ['edit', 'extend'] as const;
export type ReferenceTask = (typeof REFERENCE_TASKS)[number];

/** Further options of a video. Absent ones are left to the model. */
export interface VideoOptions {
	/** The same one gives a similar video. */
	seed?: number;
	cameraFixed?: boolean;
	generateAudio?: boolean;
	/** Also returns the last frame, as an image. */
	returnLastFrame?: boolean;
	watermark?: boolean;
	/** `flex` is cheaper and slower. */
	serviceTier?: 'default' | 'flex';
	/** How long the task may be queued and run before the gateway cancels it. Seconds. */
	executionExpiresAfter?: number;
	/** The length in frames, instead of the duration. */
	frames?: number;
	/** `mov` for those who cut the video. */
	outputFormat?: 'mp4' | 'mov';
	/** A preview, small and quick, from which a final video can be made. */
	draft?: boolean;
	/** 0 to 9: the higher goes first among the tasks that wait. */
	priority?: number;
	referenceTask?: ReferenceTask;
	/** Tells the users of an application apart, for the maker's search for abuse. */
	safetyIdentifier?: string;
	/** The model may search the web. */
	webSearch?: boolean;
}

/** A video, in the form's own terms. */
export interface VideoRequest extends MediaRequest {
	/** The task of a draft whose final video this is; words, images and lengths are the draft's then. */
	draftTaskId?: string;
	/** What each of the images is, in their order. */
	roles: readonly ImageRole[];
	/** `auto` leaves it to the model. */
	resolution: VideoResolution | 'auto';
	/** Seconds; 0 leaves it to the model, and with -1 it chooses what suits the words. */
	duration: number;
	options: VideoOptions;
	/** Videos and sounds that are followed, by their links: public ones, or the gateway's own `asset://…`. */
	videos: readonly string[];
	audios: readonly string[];
}

/** Seconds: from the shortest to the longest, or certain ones only. */
export interface VideoLengths {
	shortest: number;
	longest: number;
	only?: readonly number[];
	/** Whether the model can be told to choose. */
	canChoose?: boolean;
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface VideoModel extends MediaModel {
	/** Empty if the ID of the model determines the resolution. */
	resolutions: readonly VideoResolution[];
	/** Seconds. Absent if the ID of the model determines the duration. */
	duration?: VideoLengths;
	/** Whether it makes a video of words alone. */
	fromText: boolean;
	roles: readonly ImageRole[];
	/** What it chooses an aspect ratio by that suits it, if any. */
	adaptsTo: ReadonlyArray<keyof typeof ADAPTS_TO>;
	/** Of the images that are references: how many at most, and how large the video may be then. */
	references?: { maxCount: number; resolutions: readonly VideoResolution[] };
	/** How many videos and sounds it follows at most. */
	maxVideos?: number;
	maxAudios?: number;
	/** Whether a sound may stand without an image or a video. */
	audioAlone?: boolean;
	/** The largest seed, where it is not that of all. */
	maxSeed?: number;
	/** Whether images or videos may stand without words. */
	wordless?: boolean;
	/** Whether a first frame decides the aspect ratio, so that no other can be chosen. */
	followsFrame?: boolean;
	/** What does not go together with a draft of it. */
	draftWithout?: ReadonlyArray<keyof VideoOptions>;
	/** The only resolution of a final video made from a draft, where there is but one. */
	finalResolution?: VideoResolution;
	/** What it asks of input images, where that is not the same for all models. */
	imageRules?: ReferenceRules;
	options: ReadonlyArray<keyof VideoOptions>;
}

/** What the form calls the roles and the options, for what is said about them. */
export const ROLE_LABELS: Record<ImageRole, string> = {
	firstFrame: 'First Frame',
	lastFrame: 'Last Frame',
	reference: 'Reference',
};
export const VIDEO_OPTION_LABELS: Record<keyof VideoOptions, string> = {
	seed: 'Seed',
	cameraFixed: 'Fixed Camera',
	generateAudio: 'Generate Audio',
	returnLastFrame: 'Return Last Frame',
	watermark: 'Watermark',
	serviceTier: 'Service Tier',
	executionExpiresAfter: 'Expire After',
	frames: 'Frames',
	outputFormat: 'Output Format',
	draft: 'Draft',
	priority: 'Priority',
	referenceTask: 'Reference Task',
	safetyIdentifier: 'Safety Identifier',
	webSearch: 'Web Search',
};
export const DRAFT_TASK_ID = 'Draft Task ID';
export const REFERENCE_VIDEOS = 'Reference Videos';
export const REFERENCE_AUDIOS = 'Reference Audio';

/**
 * The ends of numbers, for the form and the check: Seedance's own, whichever gateway hands it on (the vendor's docs of
 * the video API).
 */
export const VIDEO_LIMITS = {
	executionExpiresAfter: { least: 3600, most: 259_200 },
	/** 25 and a multiple of 4. */
	frames: { least: 29, most: 289 },
	priority: { least: 0, most: 9 },
	seed: { least: -1, most: 4_294_967_295 },
} as const;

/** In words, e.g. "4 to 12" or "5 or 10". */
export function lengthsIn(
	{ shortest, longest, only }: VideoLengths = { shortest: 1, longest: Infinity },
): string {
	if (only) return joinOr(only.map(String));
	return longest === Infinity ? `${shortest} and more` : `${shortest} to ${longest}`;
}
