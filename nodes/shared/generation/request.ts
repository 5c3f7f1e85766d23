/** A request in the terms of the form, whatever it is to generate. */
export interface MediaRequest {
	model: string;
	prompt: string;
	/** Input images as the gateway gets them: links, or data URIs. */
	images: string[];
	/** "16:9" and so on; `auto` leaves the choice to the model. */
	aspectRatio: string;
	/** Where the gateway posts the task whenever its status changes. Of no influence on what is generated. */
	callbackUrl?: string;
}

/** A request before its images are read. */
export type WithoutImages<Request extends MediaRequest> = Omit<Request, 'images'>;

/** A model that is known of a gateway. */
export interface MediaModel {
	/** The id on the wire. */
	id: string;
	name: string;
	/** What it takes, where that is less than the service offers in all. */
	aspectRatios?: readonly string[];
}

/** Where it is known from that a gateway has a model, the best first. */
export type Source = 'page' | 'docs' | 'code' | 'guess';

/** That the maker of a model has shut it down, or will. */
export interface ModelEnd {
	/** ISO 8601: the instant, or the day or the month where no more is known. */
	at: string;
	/** The id, at the same gateway, of the model to choose instead. */
	replacement?: string;
	/** Whether the gateway is known to refuse it from then on. A reseller may serve another model under the old id. */
	isRefused?: boolean;
}

/** A model of a gateway's list. */
export type Known<Model extends MediaModel> = Model & {
	source: Source;
	/** Present where the maker has named a date. */
	end?: ModelEnd;
	/** For comparing it with the other models of the same list, and for nothing else: each list has a unit of its own. */
	price?: number;
};

/** What a gateway asks of input images. */
export interface ReferenceRules {
	/** How many at most; undefined if not documented. */
	maxCount?: number;
	/** How large a file at most, in bytes. */
	maxBytes: number;
	/** MIME types; undefined if not documented. */
	formats?: readonly string[];
	/** Longest side over the shortest, at most. */
	maxRatio?: number;
	/** Every side has to be longer than this, in pixels. */
	sidesOver?: number;
	/** Every side has to be shorter than this, in pixels. */
	sidesUnder?: number;
	maxPixels?: number;
	/** How many input images and pictures made there may be together. */
	maxWithResults?: number;
	/** The gateway documents links alone: links are handed on as they are, and only files are sent as data. */
	linksOnly?: boolean;
	/** The gateway has a store of its own, and takes its links, `asset://…`. */
	assets?: boolean;
	/** How large a whole request may be, in bytes, with its images inside it as base64. */
	maxRequestBytes?: number;
}

/** The parts of a request that can be judged before any image is read. */
export interface MediaLimits {
	aspectRatios: readonly string[];
	references: ReferenceRules;
}
