import { oneLine, shortened, type Failure } from './failure';
import type { FailureKind } from './policy';
import { isFree } from './retryPolicy';

interface Wording {
	summary: string;
	advice: string;
}

const MAYBE_CHARGED =
	'The request may have been accepted and charged, so it is not sent again by itself: look at the history at the gateway. What is there can be taken from there; where the gateway works by tasks, Wait Until Done brings the file by the task ID.';

const WORDINGS: Record<Exclude<FailureKind, 'invalidInput'>, Wording> = {
	keyNotAccepted: {
		summary: 'the key was not accepted',
		advice:
			'Check the API key and the base URL in the credential, and that the key was made for this gateway.',
	},
	accessDenied: {
		summary: 'access was denied',
		advice:
			'The words above say why. The gateway may not serve the country or the network of the n8n server, or not this account: ask its support. The key need not be wrong.',
	},
	balanceExhausted: {
		summary: 'the balance is exhausted',
		advice: 'Top up the account at the gateway, then retry.',
	},
	contentRefused: {
		summary: 'the content filter refused the request',
		advice:
			'Change the prompt or the reference images. Sending the same again may get the account suspended.',
	},
	modelNotAvailable: {
		summary: 'the model is not available',
		advice: 'Choose another model, or open the model for your account at the gateway.',
	},
	modelUnknown: {
		summary: 'the gateway does not know the model',
		advice: 'Choose one from the list.',
	},
	rateLimited: {
		summary: 'too many requests',
		advice:
			'Wait a little and retry, or lower "Max Concurrency" in the options. Some gateways answer like this when the balance is empty, too.',
	},
	gatewayFailed: {
		summary: 'the gateway could not do the request',
		advice: 'Try again later. If it goes on, ask the gateway’s support with the words above.',
	},
	answerLost: {
		summary: 'the answer did not arrive',
		advice: `${MAYBE_CHARGED} If nothing is there, retry.`,
	},
	notReachable: {
		summary: 'the gateway could not be reached',
		advice: 'Check the base URL in the credential and the network of the n8n server.',
	},
	taskFailed: {
		summary: 'the task failed',
		advice:
			'Read what the gateway says above. Look at the history there whether it was charged before you order it again.',
	},
	taskNotFound: {
		summary: 'the gateway knows no such task',
		advice:
			'Check "Task ID", and that the key belongs to the account that made the task. Gateways forget tasks after some time.',
	},
	taskNotSeen: {
		summary: 'the state of the task could not be read',
		advice: 'The gateway could not tell just now. Ask again a little later.',
	},
	taskTimedOut: {
		summary: 'the task is not finished in the time allowed',
		advice: 'For the next time, raise "Timeout" in the options if the model needs longer.',
	},
	balanceNotSeen: {
		summary: 'the balance could not be read',
		advice: 'Asking for it costs nothing. Ask again a little later.',
	},
	tasksNotSeen: {
		summary: 'the tasks could not be read',
		advice: 'Asking for them costs nothing. Ask again a little later.',
	},
	notCancelled: {
		summary: 'the task could not be cancelled',
		advice:
			'Only a task that waits for its turn can be. Get Result tells its state, and brings the file when it is done.',
	},
	timedOut: {
		summary: 'the time allowed is over',
		advice: `${MAYBE_CHARGED} Raise "Timeout" in the options if the model needs longer.`,
	},
	notSent: {
		summary: 'the time allowed was over before the request could be sent',
		advice: 'Raise "Timeout" in the options.',
	},
	fileGone: {
		summary: 'the file was made but could not be downloaded',
		advice:
			'Open the link soon, it expires. Downloading can be switched off in the options to get links alone.',
	},
	leftBehind: {
		summary: 'another item failed, so this one was not waited for',
		advice: 'It goes on at the gateway.',
	},
	// n8n takes an execution for stopped, and not for failed, by the word "canceled".
	cancelled: {
		summary: 'the execution in n8n was canceled',
		advice:
			'A request that was already sent may have been charged: look at the history at the gateway.',
	},
};

/** For tasks that can still be collected. */
const COLLECT = {
	confirmed:
		'The task is paid for and not lost: Wait Until Done or Get Result with its task ID brings it at no cost, while ordering again would pay again.',
	unconfirmed: 'The task is not lost by that: ask for it again later, at no cost.',
};

/** For an error of the gateway's own: generated files are charged, but no gateway documents it for every error. */
const UNCLEAR =
	'An error of the gateway’s own is not charged as a rule, so Retry On Fail sends the request again; the history at the gateway tells for certain.';

/** No ID of a model is longer; a typed one may be. Characters. */
const MAX_MODEL_ID_LENGTH = 100;

/** Returns what happened, without the gateway's own message. */
function summarize(
	kind: Exclude<FailureKind, 'invalidInput'>,
	{ model: id, isPart }: Failure,
	gateway: string,
): string {
	const model = id === undefined ? undefined : shortened(oneLine(id), MAX_MODEL_ID_LENGTH);
	if (kind === 'modelUnknown')
		return `${gateway} does not know the model${model === undefined ? '' : ` ${model}`}`;
	if (kind === 'modelNotAvailable' && model !== undefined)
		return `${gateway}: the model ${model} is not available`;
	if (kind === 'contentRefused' && isPart)
		return `${gateway}: the content filter refused a picture of the set`;
	return `${gateway}: ${WORDINGS[kind].summary}`;
}

/** Little more is needed about an unknown model, and some gateways list all that they know. Characters. */
const MAX_LENGTH_FOR_UNKNOWN_MODEL = 150;

/**
 * Describes a failure to the user.
 * @returns `message` (what happened) and `description` (what to do)
 */
export function describeFailure(
	failure: Failure,
	context: { gateway: string; itemIndex: number },
): { message: string; description: string } {
	const { kind, url, taskId, parameter } = failure;
	const place = `${taskId === undefined ? '' : ` [task ${taskId}]`} [item ${context.itemIndex}]`;
	const said =
		kind === 'modelUnknown'
			? shortened(oneLine(failure.message), MAX_LENGTH_FOR_UNKNOWN_MODEL)
			: oneLine(failure.message);
	const words = [said, failure.detail ?? ''].filter((part) => part !== '').join('; ');
	const sentences = (...own: string[]) =>
		[
			failure.recoverable ? COLLECT[failure.recoverable] : '',
			...own,
			url === undefined ? '' : `Link: ${url}`,
			taskId === undefined ? '' : `Task ID: ${taskId}`,
		]
			.filter((sentence) => sentence !== '')
			.join(' ');
	const isUnclear =
		kind === 'gatewayFailed' && taskId === undefined && url === undefined && !failure.isPart;
	const isFreeOfCharge =
		isFree(failure) && taskId === undefined && url === undefined && !failure.isPart;
	if (kind === 'invalidInput') {
		const ours = failure.httpStatus === undefined;
		return {
			message: ours
				? `${parameter ?? 'Parameters'}: ${words}${place}`
				: `${context.gateway}: the request was refused (${words})${place}`,
			description: sentences(
				failure.advice ??
					`Change ${parameter ? `"${parameter}"` : 'the parameters'} and run the node again.`,
				isFreeOfCharge ? 'Nothing was charged for this item.' : '',
			),
		};
	}
	const { advice: next = WORDINGS[kind].advice } = failure;
	const happened = summarize(kind, failure, context.gateway);
	return {
		message: `${happened}${words && words !== WORDINGS[kind].summary ? ` (${words})` : ''}${place}`,
		// With a task, the user knows where to find what was sent.
		description: sentences(
			kind === 'cancelled' && failure.recoverable ? '' : next,
			isFreeOfCharge ? 'Nothing was charged for this item.' : '',
			isUnclear ? UNCLEAR : '',
		),
	};
}
