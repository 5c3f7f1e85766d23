import type { IExecuteFunctions } from 'n8n-workflow';
import { STILL_RUNNING } from '../generation/labels';
import { isRecord } from '../media/json';
import { assertCanSuspend, invalidSetup } from './preconditions';
import { createPauseMemory } from './resumedPauses';
import { parseStoredWait, toStoredWait, type SavedWait, type TaskStates } from './storedWait';
import { earlierRun, inputSourceOf, previousRunIndex } from './wiring';

/** A run of a node that pauses the execution rather than wait in it. */
export interface DurableWait {
	/** The run that bought. */
	purchaseRunIndex: number;
	/**
	 * When that was, in milliseconds since 1970; undefined where it is this one, or where a person has retried the
	 * execution.
	 */
	startedAtMs?: number;
	/** Whether the gateway calls when the status of a task changes. */
	expectsCalls: boolean;
	/** Whether a call has ended the pause. */
	isCalled: boolean;
	/** What the runs before have seen. */
	taskStates: TaskStates;
	/**
	 * Lets n8n put the execution aside. Nothing of it is in memory until n8n resumes it: then it hands the node's
	 * input to the first output, and so back to the node.
	 * @param until when the next poll is due; n8n itself checks once a minute what is due
	 * @param state what the next run has to know
	 */
	suspend(
		until: Date,
		state: Pick<SavedWait, 'startedAtMs' | 'taskStates' | 'dueAtMs'>,
	): Promise<void>;
	/** All has come out well, and nothing of the pause is needed any more. */
	end(): void;
}

/** The name under which pauses are kept, among whatever else is kept for the node, each by the number of its run. */
export const SAVED_WAITS = 'pauses';

/** The pauses that have been resumed. A retry of the node resumes the same again. */
const resumed = createPauseMemory();

/** A run that begins so much before the pause was to end was resumed by a call, or by the timer of an earlier pause. */
const MIN_EARLY_MS = 1000;

/**
 * Continues where the last pause ended, or starts a first one.
 * @throws GenerationError of kind `invalidInput`, before anything is sent, where a pause could not end well, or where
 * what the last one has left cannot be read
 */
export function resumeOrStartWait(context: IExecuteFunctions): DurableWait {
	assertCanSuspend(context);
	const run = Number(context.getWorkflowDataProxy(0).$runIndex);
	const pauses = savedWaitsOf(context);
	const before = findSavedWait(context, pauses);
	const executionId = context.getExecutionId();
	const last = before === undefined ? undefined : readSavedWait(pauses[before]);
	const purchaseRunIndex = last?.purchaseRunIndex ?? run;
	const dueAtMs = last?.executionId === executionId ? last.dueAtMs : undefined;
	if (dueAtMs !== undefined && !resumed.claim({ executionId, dueAtMs }, pauses))
		throw invalidSetup(
			'n8n has resumed the execution twice from the same pause, and what it has done after the first time is forgotten. Nothing is ordered again: the tasks stand in n8n’s log',
		);
	const end = () => {
		if (before !== undefined) delete pauses[before];
	};
	return {
		purchaseRunIndex,
		...(last?.executionId === executionId ? { startedAtMs: last.startedAtMs } : {}),
		expectsCalls: dueAtMs !== undefined,
		isCalled: dueAtMs !== undefined && Date.now() < dueAtMs - MIN_EARLY_MS,
		taskStates: last?.taskStates ?? new Map(),
		async suspend(until, state) {
			pauses[run] = toStoredWait({ ...state, purchaseRunIndex, executionId });
			await context.putExecutionToWait(until);
			// The next run asks for the newest alone, and Retry On Fail no more for the one that this run has resumed.
			end();
		},
		end,
	};
}

/**
 * The run under whose number purchases are kept, where the input came out of a pause; undefined otherwise. A person may
 * retry an execution that has paused with "Keep Running".
 * @throws GenerationError of kind `invalidInput` where what the pause has left cannot be read
 */
export function purchaseRunIndexOf(context: IExecuteFunctions): number | undefined {
	const before = previousRunIndex(context);
	const saved = before === undefined ? undefined : savedWaitsOf(context)[before];
	return saved === undefined ? undefined : readSavedWait(saved).purchaseRunIndex;
}

/**
 * The run whose pause the input came out of; undefined where it came from another node in the end. Where several wires
 * lead into the node, n8n hands on what waits for its turn, too, as often as the execution is resumed.
 * @throws GenerationError where what came was never put aside
 */
function findSavedWait(
	context: IExecuteFunctions,
	pauses: Record<string, unknown>,
): number | undefined {
	const { name } = context.getNode();
	let source = inputSourceOf(context);
	while (source?.previousNode === name) {
		const { previousNodeRun: run = 0, previousNodeOutput: output = 0 } = source;
		if (pauses[run] !== undefined) return run;
		const handedOn = earlierRun(context, run);
		if (output !== 0 || handedOn?.hasFailed) {
			throw invalidSetup(
				`items came from this node’s own output without a pause before: wire only “${STILL_RUNNING}” back into it`,
			);
		}
		source = handedOn?.source;
	}
	return undefined;
}

function readSavedWait(stored: unknown): SavedWait {
	const saved = parseStoredWait(stored);
	if (!saved) throw unreadable();
	return saved;
}

/** What was bought before the pause would be bought again. */
const unreadable = () =>
	invalidSetup(
		'what the last pause has left was stored in a form that this version of the package cannot read. What was created before it goes on at the gateway: look at the history there',
	);

/** The place in the execution's own data, which n8n stores with the pause. */
function savedWaitsOf(context: IExecuteFunctions): Record<string, unknown> {
	const own = context.getContext('node');
	const saved: unknown = own[SAVED_WAITS] ?? {};
	if (!isRecord(saved)) throw unreadable();
	own[SAVED_WAITS] = saved;
	return saved;
}
