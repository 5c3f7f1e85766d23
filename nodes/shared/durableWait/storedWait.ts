import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { isRecord } from '../media/json';

/** What was last seen of each task, as an output item tells it, by its item. */
export type TaskStates = ReadonlyMap<number, IDataObject>;

/** What a pause leaves for the run of the node that follows it. */
export interface SavedWait {
	/** The run that bought, under whose number its purchases are found again. */
	purchaseRunIndex: number;
	/** When that was, in milliseconds since 1970: what the time allowed is counted from. */
	startedAtMs: number;
	taskStates: TaskStates;
	/** The editor's Retry is another execution, in which a person has given new time. */
	executionId: string;
	/** When the pause ends if nobody calls, in milliseconds since 1970. Absent if no call is expected. */
	dueAtMs?: number;
}

const STORED_VERSION = 1;

/**
 * The form in which n8n keeps it with the execution. Its names are those of version 0.1 and stay, since an execution
 * that was paused before an update goes on after it. One without a version is of version 1.
 */
const storedWaitSchema = z.object({
	version: z.literal(STORED_VERSION).optional(),
	firstRun: z.number(),
	began: z.number(),
	states: z.array(z.object({ itemIndex: z.number(), json: z.custom<IDataObject>(isRecord) })),
	executionId: z.string(),
	due: z.number().optional(),
});

/** @returns undefined where what is stored cannot be read */
export function parseStoredWait(stored: unknown): SavedWait | undefined {
	const { data } = storedWaitSchema.safeParse(stored);
	return (
		data && {
			purchaseRunIndex: data.firstRun,
			startedAtMs: data.began,
			taskStates: new Map(data.states.map(({ itemIndex, json }) => [itemIndex, json])),
			executionId: data.executionId,
			...(data.due === undefined ? {} : { dueAtMs: data.due }),
		}
	);
}

export function toStoredWait({
	purchaseRunIndex,
	startedAtMs,
	taskStates,
	executionId,
	dueAtMs,
}: SavedWait): z.infer<typeof storedWaitSchema> {
	return {
		firstRun: purchaseRunIndex,
		began: startedAtMs,
		states: [...taskStates].map(([itemIndex, json]) => ({ itemIndex, json })),
		executionId,
		...(dueAtMs === undefined ? {} : { due: dueAtMs }),
	};
}
