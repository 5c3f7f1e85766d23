import type { MediaModel, MediaRequest, ReferenceRules } from './request';
import type { PixelRules, Pixels, Resolution } from './imageSize';

/** What else may be said about a picture. What is not said here is left to the model. */
export interface ImageOptions {
	/** The prompt is put into better words in less time, and less well. */
	fastPrompt?: boolean;
	outputFormat?: 'jpeg' | 'png';
	/** The model may search the web. */
	webSearch?: boolean;
	background?: 'transparent' | 'opaque';
	/** The one reference image is split into a background and the things on it, each a picture of its own. */
	layers?: boolean;
}

/** What the form calls the options, for what is said about them. */
export const IMAGE_OPTION_LABELS: Record<keyof ImageOptions, string> = {
	fastPrompt: 'Fast Prompt',
	outputFormat: 'Output Format',
	webSearch: 'Web Search',
	background: 'Background',
	layers: 'Split Into Layers',
};

/** A picture or a set of pictures, in the form's own terms. */
export interface ImageRequest extends MediaRequest {
	/** "2K" and so on, or pixels where the user gave their own. */
	size: Resolution | Pixels;
	maxImages: number;
	watermark: boolean;
	responseFormat: 'url' | 'base64';
	/** Whether each picture comes as soon as it is drawn. */
	stream: boolean;
	options: ImageOptions;
}

/** What a model takes. The form offers this, and the check refuses all else. */
export interface ImageModel extends MediaModel {
	resolutions: readonly Resolution[];
	/** Present where the model takes own pixels. */
	pixels?: PixelRules;
	options?: ReadonlyArray<keyof ImageOptions>;
	/** Whether it makes one picture only, and gives it in one piece: no sets, and no stream. */
	isSingle?: boolean;
	/** What it asks of reference images, where that is not the same for all models. */
	references?: ReferenceRules;
}

/** The most images that can be requested together, at any gateway. */
export const MAX_SET = 15;
