import type { FailureKind } from './policy';

/** One failure: its kind, the gateway's own message, and where it happened. */
export interface Failure {
	kind: FailureKind;
	/** The gateway's own message, or ours if it has none. */
	message: string;
	/** Further information for the message. */
	detail?: string;
	/** The gateway's own code, e.g. `2` or `InvalidParameter`. */
	code?: string;
	httpStatus?: number;
	/** The label of the parameter that has to be changed. */
	parameter?: string;
	/** The ID of the requested model, if the gateway rejected the request because of it. */
	model?: string;
	/** What to do, if more is known than by the kind alone. */
	advice?: string;
	/** The URL of a file that could not be downloaded. */
	url?: string;
	taskId?: string;
	/** Whether other files of the same request were generated and charged. */
	isPart?: boolean;
	/** Whether the task can still be collected: it is known to be charged, or it may not exist at all. */
	recoverable?: 'confirmed' | 'unconfirmed';
	/** An earlier try of the node sent the same request, and it may have been charged. */
	wasSentBefore?: boolean;
}

/** A failure on its way to the user. It contains nothing of the request, so no key can leak through it. */
export class GenerationError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.message);
	}
}

/** The failure of an item whose node has failed because of another item: nothing waits for it any longer. */
export const ABANDONED: Failure = { kind: 'leftBehind', message: '' };

/**
 * Creates the error for invalid input, found before anything is sent.
 * @param parameter the label in the form
 * @param advice what to do, if it is not to change that parameter
 */
export function invalidInput(parameter: string, message: string, advice?: string): GenerationError {
	return new GenerationError({
		kind: 'invalidInput',
		message,
		parameter,
		...(advice === undefined ? {} : { advice }),
	});
}

/** How much of a gateway's message is shown: enough for any sentence, not enough for an HTML page. Characters. */
const MAX_SHOWN_LENGTH = 500;

/** Shortens a text from outside to one readable line. */
export function oneLine(text: string): string {
	return shortened(text.replace(/\s+/g, ' ').trim(), MAX_SHOWN_LENGTH);
}

/** Cuts off a line that is longer than a number of characters. */
export const shortened = (line: string, maxLength: number) =>
	line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
