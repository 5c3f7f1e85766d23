/** What can go wrong, in the same few kinds at every gateway. */
export type FailureKind =
	| 'keyNotAccepted'
	| 'balanceExhausted'
	| 'invalidInput'
	| 'contentRefused'
	| 'modelNotAvailable'
	| 'rateLimited'
	| 'gatewayFailed'
	| 'answerLost'
	| 'notReachable'
	| 'timedOut'
	| 'fileGone'
	| 'cancelled';

/** One failure: its kind, the gateway's own words, and where it happened. */
export interface Failure {
	kind: FailureKind;
	/** The gateway's own words, or ours where it said nothing. */
	says: string;
	/** The gateway's own code, e.g. `2` or `InvalidParameter`. */
	code?: string;
	httpStatus?: number;
	/** The parameter of the form that has to be changed, by its label. */
	parameter?: string;
	/** The link that could not be collected. */
	link?: string;
	taskId?: string;
}

/** A failure on its way to the user. Carries nothing of the request, so no key can leak through it. */
export class MediaError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.says);
	}
}

/** Bad input, found before anything is sent. `parameter` is the label in the form. */
export function invalidInput(parameter: string, says: string): MediaError {
	return new MediaError({ kind: 'invalidInput', says, parameter });
}

interface Wording {
	happened: string;
	next: string;
}

const WORDINGS: Record<Exclude<FailureKind, 'invalidInput'>, Wording> = {
	keyNotAccepted: {
		happened: 'the key was not accepted',
		next: 'Check the API key and the base URL in the credential, and that the key was made for this gateway.',
	},
	balanceExhausted: {
		happened: 'the balance is exhausted',
		next: 'Top up the account at the gateway, then run the node again. Nothing was charged for this request.',
	},
	contentRefused: {
		happened: 'the content filter refused the request',
		next: 'Change the prompt or the reference images. Sending the same again may get the account suspended.',
	},
	modelNotAvailable: {
		happened: 'the model is not available',
		next: 'Choose another model, or open the model for your account at the gateway.',
	},
	rateLimited: {
		happened: 'too many requests',
		next: 'Wait a little and run the node again, or lower "Max Concurrency" in the options. Some gateways answer like this when the balance is empty, too.',
	},
	gatewayFailed: {
		happened: 'the gateway could not do the request',
		next: 'Try again later. If it goes on, ask the gateway’s support with the words above.',
	},
	answerLost: {
		happened: 'the answer did not arrive',
		next: 'The request may have been accepted and charged: look at the history at the gateway before you run the node again.',
	},
	notReachable: {
		happened: 'the gateway could not be reached',
		next: 'Check the base URL in the credential and the network of the n8n server. Nothing was charged.',
	},
	timedOut: {
		happened: 'the time allowed is over',
		next: 'The request may have been accepted and charged: look at the history at the gateway. Raise "Timeout" in the options if the model needs longer.',
	},
	fileGone: {
		happened: 'the file was made but could not be downloaded',
		next: 'Open the link soon, it expires. "Download" can be switched off in the options to get links alone.',
	},
	cancelled: {
		happened: 'the execution was stopped',
		next: 'A request that was already sent may have been charged: look at the history at the gateway.',
	},
};

/** Longest stretch of a gateway's own words that is shown: enough for any sentence, too short for a page of HTML. */
const MAX_WORDS = 500;

/** Shortens outside text to one readable line. */
export function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line;
}

/**
 * A failure in the user's words.
 * @returns `message` (what happened) and `description` (how to get on).
 */
export function describeFailure(
	failure: Failure,
	context: { gateway: string; itemIndex: number },
): { message: string; description: string } {
	const item = ` [item ${context.itemIndex}]`;
	const words = oneLine(failure.says);
	if (failure.kind === 'invalidInput') {
		const ours = failure.httpStatus === undefined;
		return {
			message: ours
				? `${failure.parameter ?? 'Parameters'}: ${words}${item}`
				: `${context.gateway}: the request was refused (${words})${item}`,
			description: `Change ${failure.parameter ? `"${failure.parameter}"` : 'the parameters'} and run the node again. Nothing was charged for this item.`,
		};
	}
	const { happened, next } = WORDINGS[failure.kind];
	return {
		message: `${context.gateway}: ${happened}${words && words !== happened ? ` (${words})` : ''}${item}`,
		description: [
			next,
			failure.link === undefined ? '' : `Link: ${failure.link}`,
			failure.taskId === undefined ? '' : `Task ID: ${failure.taskId}`,
		]
			.filter((sentence) => sentence !== '')
			.join(' '),
	};
}
