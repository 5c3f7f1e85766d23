import type { Seen } from './observe.mjs';

/** What one execution took. */
export interface ExecutionStatistics {
	/** From the first request to the last byte, over the ideal. */
	ratio: number;
	/** Mean over the items, from the moment a task is done to the last byte of its file, less the bare transfer; seconds. */
	lateness: number;
	/** The same as a part of the gateway's own time. */
	latenessPart: number;
	/** Result requests. */
	polls: number;
}

/** What one turn took of n8n as a whole, above what n8n takes for an empty workflow. */
export interface Usage {
	/** Seconds of processor time per item. */
	cpu?: number;
	/** Bytes of resident memory at the peak. */
	memory?: number;
}

/** @param transfer how long the bare download takes, in seconds */
export function statisticsOf(
	seen: Seen,
	{ seconds, atOnce, transfer }: { seconds: readonly number[]; atOnce: number; transfer: number },
): ExecutionStatistics {
	const took = (seen.lastByteAt - seen.firstRequestAt) / 1000;
	const lateness = (mean(seen.deliveredAt) - mean(seen.doneAt)) / 1000 - transfer;
	return {
		ratio: took / (makespan(seconds, atOnce) + transfer),
		lateness,
		latenessPart: lateness / mean(seconds),
		polls: seen.polls,
	};
}

/** How long the tasks take in all, when `atOnce` of them may be at work and the next begins when one has ended. */
export function makespan(seconds: readonly number[], atOnce: number): number {
	const ends: number[] = [];
	for (const length of seconds) {
		const free =
			ends.length < atOnce ? 0 : Math.min(...ends.splice(ends.indexOf(Math.min(...ends)), 1));
		ends.push(free + length);
	}
	return Math.max(0, ...ends);
}

export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A metric over all rounds. */
export interface Summary {
	median: number;
	least: number;
	most: number;
}

export function summarize(values: readonly number[]): Summary | undefined {
	const sorted = [...values].sort((a, b) => a - b);
	const [least] = sorted;
	const most = sorted.at(-1);
	if (least === undefined || most === undefined) return undefined;
	const [low = least, high = least] = [
		sorted[(sorted.length - 1) >> 1],
		sorted[sorted.length >> 1],
	];
	return { median: (low + high) / 2, least, most };
}

/** Whether the two ways cannot be told apart: their ranges overlap. */
export function isNoise(one: Summary, other: Summary): boolean {
	return one.least <= other.most && other.least <= one.most;
}
