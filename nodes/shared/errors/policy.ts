/**
 * The rules for every kind of failure, in one table. All code that decides by the kind of a failure whether a request
 * is sent again, whether it was charged or whether a task is given up reads its answer here.
 */
export interface FailurePolicy {
	/** Whether the request was charged. A task that the gateway names despite its error may be running. */
	charged: 'no' | 'only if a task is named' | 'maybe';
	/** Whether the node sends the request again within the same run. It never does if a task is named. */
	resubmit: 'no' | 'later' | 'later if the network may recover';
	/**
	 * What the next try of "Retry On Fail", or the next run of a pause, does with the same request. If a task or a file is
	 * known, the ledger resumes that instead.
	 */
	nextTry: 'submits' | 'submits unless a task is named' | 'repeats the failure';
	/**
	 * What the editor's "Retry" does, with which a person decides, who may have checked the history at the gateway.
	 */
	personRetry: 'submits' | 'repeats the failure';
	/** What the failure of a poll means: the wait ends, continues, or ends when the poller decides so. */
	polling: 'fatal' | 'transient' | 'decided by the poller' | 'handled as timedOut';
	/** Whether the task can no longer be collected, so that polling it again is pointless. */
	losesTask: boolean;
	/** Whether a retry downloads the URL that came with the failure, instead of submitting again or giving up. */
	retryDownloads: boolean;
	/** Whether the message also fits operations that are free. All others mention charges, or options of Generate. */
	accountOperation: 'as is' | 'replaced';
	/** Which failure of a run is shown: `first` goes before all others, and `last` only stands if it is alone. */
	shown: 'first' | 'by cost' | 'last';
}

/** The gateway rejected the request, or never got it, and did no work. */
const REJECTED = {
	charged: 'only if a task is named',
	resubmit: 'no',
	nextTry: 'submits',
	personRetry: 'submits',
	polling: 'fatal',
	losesTask: false,
	retryDownloads: true,
	accountOperation: 'replaced',
	shown: 'by cost',
} as const satisfies FailurePolicy;

/**
 * The gateway judged the content of the request. It does no work for it, whatever else the response contains, and
 * would reject it again: accounts are suspended for sending it repeatedly.
 */
const JUDGED = {
	...REJECTED,
	charged: 'no',
	nextTry: 'repeats the failure',
} as const satisfies FailurePolicy;

/** Work may have been done, and the failure alone does not tell whether it was charged. */
const UNCERTAIN = { ...REJECTED, charged: 'maybe' } as const satisfies FailurePolicy;

/**
 * What can go wrong, in the same few kinds at every gateway. The names are public: they are `error.code` in the output,
 * and stored with an execution.
 */
export const FAILURES = {
	keyNotAccepted: { ...REJECTED, accountOperation: 'as is' },
	accessDenied: { ...REJECTED, accountOperation: 'as is' },
	balanceExhausted: REJECTED,
	invalidInput: JUDGED,
	/** The content filter would reject it again, whoever sends it. */
	contentRefused: {
		...JUDGED,
		personRetry: 'repeats the failure',
		losesTask: true,
		retryDownloads: false,
	},
	modelNotAvailable: REJECTED,
	modelUnknown: REJECTED,
	rateLimited: {
		...REJECTED,
		resubmit: 'later',
		nextTry: 'submits unless a task is named',
		polling: 'transient',
	},
	/**
	 * The next try submits again, although the charge is uncertain: as a rule no gateway charges for an error of its own,
	 * and the message tells the user so and points to the gateway's history. Remembering the error instead would make
	 * "Retry On Fail" useless for the most common transient failure. If the error names a task that can be
	 * polled, or the URL of a file, it is never submitted again (docs/contributing/decisions/0002-one-failure-policy.md).
	 */
	gatewayFailed: { ...UNCERTAIN, polling: 'transient', retryDownloads: false },
	answerLost: { ...UNCERTAIN, nextTry: 'repeats the failure', polling: 'transient' },
	notReachable: {
		...REJECTED,
		resubmit: 'later if the network may recover',
		polling: 'transient',
		accountOperation: 'as is',
	},
	/** The ledger submits such a task once more, and no more than that. */
	taskFailed: { ...UNCERTAIN, losesTask: true, retryDownloads: false },
	/** A task that was just created may not be known everywhere yet, so the poller decides how often it tries. */
	taskNotFound: {
		...UNCERTAIN,
		polling: 'decided by the poller',
		losesTask: true,
		accountOperation: 'as is',
	},
	taskNotSeen: UNCERTAIN,
	taskTimedOut: UNCERTAIN,
	balanceNotSeen: UNCERTAIN,
	tasksNotSeen: UNCERTAIN,
	notCancelled: UNCERTAIN,
	/** At the timeout, the poller ends with what is known by then. */
	timedOut: { ...UNCERTAIN, nextTry: 'repeats the failure', polling: 'decided by the poller' },
	/** For a poll it makes no difference whether the timeout came before or after its request was sent. */
	notSent: { ...REJECTED, polling: 'handled as timedOut' },
	fileGone: UNCERTAIN,
	/** It tells nothing about the reason. */
	leftBehind: { ...UNCERTAIN, shown: 'last' },
	/** A stopped execution has to appear as stopped, whatever else went wrong. */
	cancelled: { ...UNCERTAIN, accountOperation: 'as is', shown: 'first' },
} as const satisfies Record<string, FailurePolicy>;

export type FailureKind = keyof typeof FAILURES;

/** Returns whether a text is a kind of failure. */
export const isFailureKind = (text: string): text is FailureKind => Object.hasOwn(FAILURES, text);

export const FAILURE_KINDS: readonly FailureKind[] = Object.keys(FAILURES).filter(isFailureKind);
