import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

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
		startData: z
			.object({
				destinationNode: z.union([z.string(), z.object({ nodeName: z.string() })]).nullish(),
			})
			.nullish(),
	}),
});

/** Where a node's outputs lead, of which the first is meant here. */
const outputsSchema = z.object({
	main: z.tuple([z.array(z.object({ node: z.string() })).nullish()]).rest(z.unknown()),
});

const sourceSchema = z.object({
	previousNode: z.string(),
	previousNodeRun: z.number().optional(),
	previousNodeOutput: z.number().optional(),
});

type Source = z.infer<typeof sourceSchema>;

/** What a run of a node came from, and whether it failed. */
const runSchema = z.object({
	error: z.unknown(),
	source: z.array(sourceSchema.nullable().transform((source) => source ?? undefined)),
});

/** The run of this node whose output is the input; undefined where that came from another node. */
export function previousRunIndex(context: IExecuteFunctions): number | undefined {
	const source = inputSourceOf(context);
	return source?.previousNode === context.getNode().name
		? (source.previousNodeRun ?? 0)
		: undefined;
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
export function isWiredToItself(context: IExecuteFunctions): boolean {
	const { name } = context.getNode();
	const { data: engine } = engineSchema.safeParse(context);
	const { data: outputs } = outputsSchema.safeParse(engine?.workflow.connectionsBySourceNode[name]);
	return outputs?.main[0]?.some(({ node }) => node === name) === true;
}

/** Where the input came from; undefined where n8n knows of nothing. */
export function inputSourceOf(context: IExecuteFunctions): Source | undefined {
	return sourceSchema.safeParse(sourceOf(context)).data;
}

/** What a run of this node came from, and whether it failed; undefined where n8n has no such run. */
export function earlierRun(
	context: IExecuteFunctions,
	run: number,
): { hasFailed: boolean; source?: Source } | undefined {
	const { data: engine } = engineSchema.safeParse(context);
	const runs =
		z
			.array(z.unknown())
			.safeParse(engine?.runExecutionData.resultData.runData[context.getNode().name]).data ?? [];
	const { data } = runSchema.safeParse(runs[run]);
	return (
		data && {
			hasFailed: data.error !== undefined,
			...(data.source[0] ? { source: data.source[0] } : {}),
		}
	);
}

/** The node by which the editor's run is to end; undefined where the whole workflow runs. */
export function destinationOf(context: IExecuteFunctions): string | undefined {
	const step = engineSchema.safeParse(context).data?.runExecutionData.startData?.destinationNode;
	return (typeof step === 'object' ? step?.nodeName : step) ?? undefined;
}
