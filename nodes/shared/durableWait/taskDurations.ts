import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

/** How long the tasks of one model have taken, in seconds. */
export interface DurationRange {
	shortest: number;
	longest: number;
	/** of how many tasks that is known */
	count: number;
}

/** How long tasks have taken in this execution, by model. */
export interface TaskDurations {
	add(modelId: string, seconds: number): void;
	rangeOf(modelId: string): DurationRange | undefined;
}

/** The name under which they are kept, among whatever else is kept for the node. */
const NAME = 'durations';

/** The form in which n8n keeps them with the execution. */
const storedSchema = z.object({
	version: z.literal(1),
	byModel: z.record(
		z.object({
			shortest: z.number(),
			longest: z.number(),
			count: z.number().int().positive().default(1),
		}),
	),
});

/**
 * Opens what earlier runs of the node have left in this execution, with which n8n stores it. What cannot be read is
 * forgotten, since a pause of the usual length does as well.
 */
export function openTaskDurations(context: IExecuteFunctions): TaskDurations {
	const own = context.getContext('node');
	const stored = storedSchema.safeParse(own[NAME]).data;
	const ranges = new Map(Object.entries(stored?.byModel ?? {}));
	return {
		add(modelId, seconds) {
			const { shortest, longest, count } = ranges.get(modelId) ?? {
				shortest: seconds,
				longest: seconds,
				count: 0,
			};
			ranges.set(modelId, {
				shortest: Math.min(shortest, seconds),
				longest: Math.max(longest, seconds),
				count: count + 1,
			});
			own[NAME] = { version: 1, byModel: Object.fromEntries(ranges) };
		},
		rangeOf: (modelId) => ranges.get(modelId),
	};
}
