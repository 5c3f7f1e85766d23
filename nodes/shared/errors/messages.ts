import { oneLine, shortened, type Failure, type FailureKind } from './failure';
import { isFree } from './retryPolicy';

interface Wording {
	happened: string;
	next: string;
}

const MAYBE_CHARGED =
	'The request may have been accepted and charged, so it is not sent again by itself: look at the history at the gateway. What is there can be taken from there; where the gateway works by tasks, Wait Until Done brings the file by the task ID.';

const WORDINGS: Record<Exclude<FailureKind, 'invalidInput'>, Wording> = {
	keyNotAccepted: {
		happened: 'the key was not accepted',
		next: 'Check the API key and the base URL in the credential, and that the key was made for this gateway.',
	},
	accessDenied: {
		happened: 'access was denied',
		next: 'The words above say why. The gateway may not serve the country or the network of the n8n server, or not this account: ask its support. The key need not be wrong.',
	},
	balanceExhausted: {
		happened: 'the balance is exhausted',
		next: 'Top up the account at the gateway, then retry.',
	},
	contentRefused: {
		happened: 'the content filter refused the request',
		next: 'Change the prompt or the reference images. Sending the same again may get the account suspended.',
	},
	modelNotAvailable: {
		happened: 'the model is not available',
		next: 'Choose another model, or open the model for your account at the gateway.',
	},
	modelUnknown: {
		happened: 'the gateway does not know the model',
		next: 'Choose one from the list.',
	},
	rateLimited: {
		happened: 'too many requests',
		next: 'Wait a little and retry, or lower "Max Concurrency" in the options. Some gateways answer like this when the balance is empty, too.',
	},
	gatewayFailed: {
		happened: 'the gateway could not do the request',
		next: 'Try again later. If it goes on, ask the gateway’s support with the words above.',
	},
	answerLost: {
		happened: 'the answer did not arrive',
		next: `${MAYBE_CHARGED} If nothing is there, retry.`,
	},
	notReachable: {
		happened: 'the gateway could not be reached',
		next: 'Check the base URL in the credential and the network of the n8n server.',
	},
	taskFailed: {
		happened: 'the task failed',
		next: 'Read what the gateway says above. Look at the history there whether it was charged before you order it again.',
	},
	taskNotFound: {
		happened: 'the gateway knows no such task',
		next: 'Check "Task ID", and that the key belongs to the account that made the task. Gateways forget tasks after some time.',
	},
	taskNotSeen: {
		happened: 'the state of the task could not be read',
		next: 'The gateway could not tell just now. Ask again a little later.',
	},
	taskTimedOut: {
		happened: 'the task is not finished in the time allowed',
		next: 'For the next time, raise "Timeout" in the options if the model needs longer.',
	},
	balanceNotSeen: {
		happened: 'the balance could not be read',
		next: 'Asking for it costs nothing. Ask again a little later.',
	},
	tasksNotSeen: {
		happened: 'the tasks could not be read',
		next: 'Asking for them costs nothing. Ask again a little later.',
	},
	notCancelled: {
		happened: 'the task could not be cancelled',
		next: 'Only a task that waits for its turn can be. Get Result tells its state, and brings the file when it is done.',
	},
	timedOut: {
		happened: 'the time allowed is over',
		next: `${MAYBE_CHARGED} Raise "Timeout" in the options if the model needs longer.`,
	},
	notSent: {
		happened: 'the time allowed was over before the request could be sent',
		next: 'Raise "Timeout" in the options.',
	},
	fileGone: {
		happened: 'the file was made but could not be downloaded',
		next: 'Open the link soon, it expires. Downloading can be switched off in the options to get links alone.',
	},
	leftBehind: {
		happened: 'another item failed, so this one was not waited for',
		next: 'It goes on at the gateway.',
	},
	// n8n takes an execution for stopped, and not for failed, by the word "canceled".
	cancelled: {
		happened: 'the execution in n8n was canceled',
		next: 'A request that was already sent may have been charged: look at the history at the gateway.',
	},
};

/** For tasks that can be asked for again. */
const COLLECT = {
	paid: 'The task is paid for and not lost: Wait Until Done or Get Result with its task ID brings it at no cost, while ordering again would pay again.',
	perhaps: 'The task is not lost by that: ask for it again later, at no cost.',
};

/** An answer that says that it failed: what is made is charged, but no gateway's pages say so of every error. */
const UNCLEAR = 'An error of the gateway’s own is not charged as a rule, so Retry On Fail sends the request again; the history at the gateway tells for certain.';

/** No id of a model is longer; what was typed may be. */
const MAX_ID = 100;

/** What happened, without the gateway's words for it. */
function happenedTo(kind: Exclude<FailureKind, 'invalidInput'>, { model: id, isPart }: Failure, gateway: string): string {
	const model = id === undefined ? undefined : shortened(oneLine(id), MAX_ID);
	if (kind === 'modelUnknown') return `${gateway} does not know the model${model === undefined ? '' : ` ${model}`}`;
	if (kind === 'modelNotAvailable' && model !== undefined) return `${gateway}: the model ${model} is not available`;
	if (kind === 'contentRefused' && isPart) return `${gateway}: the content filter refused a picture of the set`;
	return `${gateway}: ${WORDINGS[kind].happened}`;
}

/** Of a model that the gateway does not know nothing more need be told, and some gateways list all that they know. */
const MAX_WORDS_OF_UNKNOWN_MODEL = 150;

/**
 * A failure in the user's words.
 * @returns `message` (what happened) and `description` (how to get on).
 */
export function describeFailure(
	failure: Failure,
	context: { gateway: string; itemIndex: number },
): { message: string; description: string } {
	const { kind, link, taskId, parameter } = failure;
	const place = `${taskId === undefined ? '' : ` [task ${taskId}]`} [item ${context.itemIndex}]`;
	const said = kind === 'modelUnknown' ? shortened(oneLine(failure.says), MAX_WORDS_OF_UNKNOWN_MODEL) : oneLine(failure.says);
	const words = [said, failure.hint ?? ''].filter((part) => part !== '').join('; ');
	const sentences = (...own: string[]) =>
		[
			failure.collectable ? COLLECT[failure.collectable] : '',
			...own,
			link === undefined ? '' : `Link: ${link}`,
			taskId === undefined ? '' : `Task ID: ${taskId}`,
		]
			.filter((sentence) => sentence !== '')
			.join(' ');
	const isUnclear = kind === 'gatewayFailed' && taskId === undefined && link === undefined && !failure.isPart;
	const isFreeOfCharge = isFree(failure) && taskId === undefined && link === undefined && !failure.isPart;
	if (kind === 'invalidInput') {
		const ours = failure.httpStatus === undefined;
		return {
			message: ours
				? `${parameter ?? 'Parameters'}: ${words}${place}`
				: `${context.gateway}: the request was refused (${words})${place}`,
			description: sentences(
				failure.next ?? `Change ${parameter ? `"${parameter}"` : 'the parameters'} and run the node again.`,
				isFreeOfCharge ? 'Nothing was charged for this item.' : '',
			),
		};
	}
	const { next = WORDINGS[kind].next } = failure;
	const happened = happenedTo(kind, failure, context.gateway);
	return {
		message: `${happened}${words && words !== WORDINGS[kind].happened ? ` (${words})` : ''}${place}`,
		// With a task it is known where what was sent has come to.
		description: sentences(
			kind === 'cancelled' && failure.collectable ? '' : next,
			isFreeOfCharge ? 'Nothing was charged for this item.' : '',
			isUnclear ? UNCLEAR : '',
		),
	};
}
