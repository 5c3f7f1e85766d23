import type { Failure } from '../media/failure';
import type { ImageLimits, ImageModel, ImageRequest } from '../media/imageRequest';
import type { MadeFile, MissingFile, Outcome } from '../media/outcome';

/** A request to a gateway, without its key and its host. */
export interface GatewayRequest {
	method: 'GET' | 'POST';
	/** From the root of the gateway's API, e.g. "/v1/media/generate". */
	path: string;
	body: Record<string, unknown>;
}

/** What a gateway answered, read but not yet understood. */
export interface Answer {
	httpStatus: number;
	/** The parsed JSON, or the text where it was none. */
	body: unknown;
}

/** Reads a stream of results, event by event. It keeps what it has seen, and nothing else. */
export interface ResultReader {
	/**
	 * Takes the data of one event.
	 * @returns the files that this event brought
	 * @throws MediaError when the event ends the generation as failed
	 */
	read(data: string): MadeFile[];
	/**
	 * What is known when the stream is over, whether or not it said that it was complete.
	 * @param broken why it broke off, if it did
	 */
	finish(broken?: Failure): { missing: MissingFile[]; facts: Outcome['facts'] };
}

/** How a gateway makes images: what it offers, how to ask, how to read. */
export interface ImageService extends ImageLimits {
	/** What is known of the gateway, the first being the default. */
	models: readonly [ImageModel, ...ImageModel[]];
	/** Used for an id that the user typed and that is not in the list: refuses only what no model takes. */
	anyModel: Omit<ImageModel, 'id' | 'name'>;
	/** Which of the optional parameters the gateway has. */
	offers: { sets: boolean; watermark: boolean; responseFormat: boolean };
	/** The request for what was asked for. */
	submit(request: ImageRequest): GatewayRequest;
	/**
	 * Reads a whole answer.
	 * @throws MediaError when it is none that the gateway documents
	 */
	read(body: unknown, request: ImageRequest): Outcome;
	/** Present where the answer may come as Server-Sent Events. */
	readStream?(request: ImageRequest): ResultReader;
}

/** All that the rest of the package knows about a gateway. Pure: it never sends, waits, logs or knows n8n. */
export interface Gateway {
	/** The value of the parameter `gateway`. */
	name: string;
	displayName: string;
	/** What is special about it, for the list in the form. */
	description: string;
	/** The name of its credential type. */
	credential: string;
	/** Where its API's own paths begin; what people paste after the host is cut from there. */
	apiRoots: readonly string[];
	/** What kind of failure an answer is, or undefined when it is none. */
	failureOf(answer: Answer): Failure | undefined;
	seedream?: ImageService;
}
