import type { FailureKind } from './policy';

/** One failure: its kind, the gateway's own words, and where it happened. */
export interface Failure {
	kind: FailureKind;
	/** The gateway's own words, or ours where it said nothing. */
	message: string;
	/** What may help besides, for the message. */
	detail?: string;
	/** The gateway's own code, e.g. `2` or `InvalidParameter`. */
	code?: string;
	httpStatus?: number;
	/** The parameter of the form that has to be changed, by its label. */
	parameter?: string;
	/** The id of the model that was asked for, where the gateway refused it for that. */
	model?: string;
	/** What to do, where more is known than the kind tells. */
	advice?: string;
	/** The link that could not be collected. */
	url?: string;
	taskId?: string;
	/** Whether other files of the same request were made, and paid for. */
	isPart?: boolean;
	/** Whether the task can be asked for again: it is known to be paid for, or it may not exist at all. */
	recoverable?: 'confirmed' | 'unconfirmed';
	/** An earlier try of the node has sent the same, and it may have been charged. */
	wasSentBefore?: boolean;
}

/** A failure on its way to the user. Carries nothing of the request, so no key can leak through it. */
export class GenerationError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.message);
	}
}

/** Of an item whose node has failed with another: nobody waits for it any longer. */
export const ABANDONED: Failure = { kind: 'leftBehind', message: '' };

/**
 * Bad input, found before anything is sent.
 * @param parameter the label in the form
 * @param next what to do, where it is not to change that parameter
 */
export function invalidInput(parameter: string, message: string, next?: string): GenerationError {
	return new GenerationError({
		kind: 'invalidInput',
		message,
		parameter,
		...(next === undefined ? {} : { advice: next }),
	});
}

/** Longest stretch of a gateway's own words that is shown: enough for any sentence, too short for a page of HTML. */
const MAX_WORDS = 500;

/** Shortens outside text to one readable line. */
export function oneLine(text: string): string {
	return shortened(text.replace(/\s+/g, ' ').trim(), MAX_WORDS);
}

/** The beginning of a line that is longer. */
export const shortened = (line: string, most: number) =>
	line.length > most ? `${line.slice(0, most)}…` : line;
