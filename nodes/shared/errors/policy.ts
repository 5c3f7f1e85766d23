/**
 * The rules for every kind of failure, in one table: whether a request is sent again, whether it was charged, whether a
 * task is given up. What else the code decides by a kind is no rule about all kinds: that a rate limit is a matter of
 * concurrency, or that a URL in an unexpected response is that of a file.
 */
export interface FailurePolicy {
	/** Whether the request was charged. A task that the gateway names despite its error may be running. */
	charged: 'no' | 'only if a task is named' | 'maybe';
	/** Whether the node sends the request again within the same run. It never does if a task is named. */
	resubmit: 'no' | 'later' | 'later if the network may recover';
	/**
	 * What the next try of "Retry On Fail" does with the same request. If a task or a file is known, the ledger
	 * resumes that instead. After a pause, every rejection is repeated: each of its runs would send the request again.
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
	/** Whether the URL of the failure is worth a retry, which then downloads it; for the message. */
	urlIsRecoverable: boolean;
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
	urlIsRecoverable: true,
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
		urlIsRecoverable: false,
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
	gatewayFailed: { ...UNCERTAIN, polling: 'transient', urlIsRecoverable: false },
	answerLost: { ...UNCERTAIN, nextTry: 'repeats the failure', polling: 'transient' },
	notReachable: {
		...REJECTED,
		resubmit: 'later if the network may recover',
		polling: 'transient',
		accountOperation: 'as is',
	},
	/** The ledger submits such a task once more, and no more than that. */
	taskFailed: { ...UNCERTAIN, losesTask: true, urlIsRecoverable: false },
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
