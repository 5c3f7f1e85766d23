import { WAIT_INDEFINITELY, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';
import { STILL_RUNNING, WHILE_WAITING } from '../generation/labels';
import { invalidInput } from '../errors/failure';

const isJson = (value: unknown): value is IDataObject => typeof value === 'object' && value !== null;

/** What a pause leaves for the run of the node that follows it. Times in milliseconds since 1970. */
const pauseSchema = z.object({
	/** The run that bought, under whose number its purchases are found again. */
	firstRun: z.number(),
	/** When that was: what the time allowed is counted from. */
	began: z.number(),
	/** What was last seen of each task, as an output item tells it. */
	states: z.array(z.object({ itemIndex: z.number(), json: z.custom<IDataObject>(isJson) })),
	/** The editor's Retry is another execution, in which a person has given new time. */
	executionId: z.string(),
});

type Pause = z.infer<typeof pauseSchema>;

/** What was last seen of the tasks, by their items. */
export type States = ReadonlyMap<number, IDataObject>;

/** A run of a node that pauses the execution rather than wait in it. */
export interface DurableWait {
	/** The run that bought. */
	firstRun: number;
	/** When that was; undefined where it is this one, or where a person has retried the execution. */
	began?: number;
	/** What the runs before have seen. */
	states: States;
	/**
	 * Lets n8n put the execution aside. Nothing of it is in memory until n8n takes it up again: then it hands the node's
	 * input to the first output, and so back to the node.
	 * @param until when the next poll is due; n8n itself checks once a minute what is due
	 * @param state what the next run has to know
	 */
	pause(until: Date, state: { began: number; states: States }): Promise<void>;
	/** All has come out well, and nothing of the pause is needed any more. */
	end(): void;
}

/** What is wrong is not the choice itself but something around it, which the message names. */
const notNow = (says: string) => invalidInput(WHILE_WAITING, says, 'Then run the whole workflow again.');

/** The name under which pauses are kept, among whatever else is kept for the node, each by the number of its run. */
const NAME = 'pauses';

/**
 * The engine's own view of the execution: where alone it stands what the node's outputs are wired to, and whether a
 * person runs a single step. Of that n8n 1.123 has the name alone.
 */
const engineSchema = z.object({
	workflow: z.object({
		connectionsBySourceNode: z.record(z.unknown()),
	}),
	runExecutionData: z.object({
		resultData: z.object({ runData: z.record(z.unknown()) }),
		startData: z.object({ destinationNode: z.union([z.string(), z.object({ nodeName: z.string() })]).nullish() }).nullish(),
	}),
});

/** Where a node's outputs lead, of which the first is meant here. */
const outputsSchema = z.object({ main: z.tuple([z.array(z.object({ node: z.string() })).nullish()]).rest(z.unknown()) });

/**
 * Takes up where the last pause ended, or begins anew.
 * @throws MediaError of kind `invalidInput`, before anything is sent, where a pause could not end well
 */
export function resumeOrStartWait(context: IExecuteFunctions): DurableWait {
	assertCanSuspend(context);
	const run = Number(context.getWorkflowDataProxy(0).$runIndex);
	const pauses = keptFor(context);
	const before = pausedRun(context, pauses);
	const executionId = context.getExecutionId();
	const last = before === undefined ? undefined : takenUp(pauses[before]);
	const firstRun = last?.firstRun ?? run;
	const end = () => {
		if (before !== undefined) delete pauses[before];
	};
	return {
		firstRun,
		...(last?.executionId === executionId ? { began: last.began } : {}),
		states: new Map(last?.states.map(({ itemIndex, json }) => [itemIndex, json])),
		async pause(until, { began, states }) {
			pauses[run] = { firstRun, began, states: [...states].map(([itemIndex, json]) => ({ itemIndex, json })), executionId } satisfies Pause;
			await context.putExecutionToWait(until);
			// The next run asks for the newest alone, and Retry On Fail no more for the one that this run took up.
			end();
		},
		end,
	};
}

/**
 * The run under whose number purchases are kept, where the input came out of a pause; undefined otherwise. A person may
 * retry an execution that has paused with "Keep Running".
 */
export function purchaseRunIndexOf(context: IExecuteFunctions): number | undefined {
	const before = runBefore(context);
	return before === undefined ? undefined : pauseSchema.safeParse(keptFor(context)[before]).data?.firstRun;
}

/**
 * Refuses a node whose output leads straight back into it though it does not pause: what it makes would be its next
 * input, and be paid for without end. Such a wire is left over from Pause Execution.
 * @throws MediaError of kind `invalidInput` before anything is sent
 */
export function assertNoSelfLoop(context: IExecuteFunctions): void {
	if (isWiredToItself(context)) {
		throw notNow(
			`the node’s output is wired straight back into it, which only “Pause Execution” needs: what it makes would be ordered from again, without end. Remove that wire, or choose Pause Execution`,
		);
	}
}

/**
 * With "Always Output Data" n8n makes an item of nothing and, where the first output leads back into the node, hands it
 * on to that, as fast as it can and whatever the node gives. What has failed is then put aside for good, which alone
 * ends it; the output says what is wrong.
 */
export async function breakSelfLoop(context: IExecuteFunctions): Promise<void> {
	if (context.getNode().alwaysOutputData === true && isWiredToItself(context)) await context.putExecutionToWait(WAIT_INDEFINITELY);
}

const sourceSchema = z.object({ previousNode: z.string(), previousNodeRun: z.number().optional(), previousNodeOutput: z.number().optional() });

/** What a run of a node came from, and whether it failed. */
const runSchema = z.object({ error: z.unknown(), source: z.array(sourceSchema.nullable().transform((source) => source ?? undefined)) });

/** The run of this node whose output is the input; undefined where that came from another node. */
export function runBefore(context: IExecuteFunctions): number | undefined {
	const source = sourceSchema.safeParse(sourceOf(context)).data;
	return source?.previousNode === context.getNode().name ? (source.previousNodeRun ?? 0) : undefined;
}

function sourceOf(context: IExecuteFunctions): unknown {
	try {
		return context.getInputSourceData();
	} catch {
		// n8n knows of none where the node is the first of the run, or a tool.
		return undefined;
	}
}

/** Whether the first output leads straight back into the node. */
function isWiredToItself(context: IExecuteFunctions): boolean {
	const { name } = context.getNode();
	const { data: engine } = engineSchema.safeParse(context);
	const { data: outputs } = outputsSchema.safeParse(engine?.workflow.connectionsBySourceNode[name]);
	return outputs?.main[0]?.some(({ node }) => node === name) === true;
}

/**
 * The run whose pause the input came out of; undefined where it came from another node in the end. Where several wires
 * lead into the node, n8n hands on what waits for its turn, too, as often as the execution is taken up.
 * @throws MediaError where what came was never put aside
 */
function pausedRun(context: IExecuteFunctions, pauses: Record<string, unknown>): number | undefined {
	const { name } = context.getNode();
	const { data: engine } = engineSchema.safeParse(context);
	const runs = z.array(z.unknown()).safeParse(engine?.runExecutionData.resultData.runData[name]).data ?? [];
	let source = sourceSchema.safeParse(sourceOf(context)).data;
	while (source?.previousNode === name) {
		const { previousNodeRun: run = 0, previousNodeOutput: output = 0 } = source;
		if (pauses[run] !== undefined) return run;
		const handedOn = runSchema.safeParse(runs[run]).data;
		if (output !== 0 || handedOn?.error !== undefined) throw neverPaused();
		[source] = handedOn?.source ?? [];
	}
	return undefined;
}

function takenUp(kept: unknown): Pause {
	const pause = pauseSchema.safeParse(kept);
	if (!pause.success) throw neverPaused();
	return pause.data;
}

const neverPaused = () => notNow(`items came from this node’s own output without a pause before: wire only “${STILL_RUNNING}” back into it`);

/** What n8n 2.41 takes for a failure; 1.123 has no `details` among them. */
function looksFailed({ json, error }: INodeExecutionData): boolean {
	return Boolean(error) || (Boolean(json.error) && Object.keys(json).every((field) => ['error', 'message', 'details'].includes(field)));
}

function assertCanSuspend(context: IExecuteFunctions): void {
	const { name, type } = context.getNode();
	const instead = 'choose Keep Running';
	if (type.endsWith('Tool')) throw notNow(`a tool of an agent cannot pause: ${instead}`);
	if (context.getParentCallbackManager?.()) {
		throw notNow(`a workflow that an agent calls as a tool cannot pause, as the agent would go on without it: ${instead}`);
	}
	const { data: engine } = engineSchema.safeParse(context);
	if (context.getNode().alwaysOutputData === true) {
		throw notNow(`the node’s setting “Always Output Data” would lead an empty item back into it, without end: switch it off, or ${instead}`);
	}
	// n8n takes such items for failures when it hands the input on, and the others would move into their places.
	if (context.getNode().onError === 'continueErrorOutput' && context.getInputData().some(looksFailed)) {
		throw notNow(`an input item has the field “error” and no other, so that n8n would take it for a failure and send it to the error output when it goes on: rename the field, or ${instead}`);
	}
	const step = engine?.runExecutionData.startData?.destinationNode;
	if ((typeof step === 'object' ? step?.nodeName : step) === name) {
		throw notNow(`a single step ends before its task does: run the whole workflow, or ${instead}`);
	}
	if (!isWiredToItself(context)) {
		throw notNow(`the output “${STILL_RUNNING}” has to be wired straight back into this node, which then looks again: wire it, or ${instead}`);
	}
}

/** The place in the execution's own data, which n8n stores with the pause. */
function keptFor(context: IExecuteFunctions): Record<string, unknown> {
	const own = context.getContext('node');
	const kept = z.record(z.unknown()).safeParse(own[NAME]);
	const pauses = kept.data ?? {};
	own[NAME] = pauses;
	return pauses;
}
