import { createHash } from 'node:crypto';
import type { SandboxGateway } from '../sandbox/sandbox.mjs';

/** Our node, or what a user builds from n8n's own nodes. */
export type Way = 'ours' | 'core';

/** Something to be made, in each way the same. */
export interface Job {
	name: string;
	/** Seedance works in tasks, Seedream's gateways answer when the picture is there. */
	node: 'seedance' | 'seedream';
	gateway: SandboxGateway;
	/** For each execution, and all of them start at once: how long the gateway takes for each item, in seconds. */
	executions: (round: number) => ReadonlyArray<readonly number[]>;
	/** How large each file is. */
	fileBytes: number;
	/** How many items are in work at once, in each way that does the job; the core nodes know no limit. */
	ways: Partial<Record<Way, number>>;
	/** What the job needs of our node's options; defaults otherwise. */
	options?: Readonly<Record<string, unknown>>;
}

/** Jobs that run side by side: such as wait a lot and work little, so that they do not disturb each other. */
export interface Turn {
	jobs: readonly Job[];
	rounds: number;
	/**
	 * How often it is done, one after another, in a round; once where it is not given. When n8n collects its garbage is
	 * chance, and one collection of its 200 MB takes more than many an item: over several times that evens out.
	 */
	times?: number;
	/**
	 * What can be told of n8n as a whole: nothing where jobs run side by side; memory only of a fresh process, since
	 * what one job has left behind serves the next; and processor time only of one that has done such a thing before.
	 */
	measures: 'nothing' | 'cpu' | 'memory';
}

export const MEGABYTE = 1_000_000;
const SMALL_VIDEO = 2 * MEGABYTE;
const PICTURE = MEGABYTE;
const HUGE_VIDEO = 300 * MEGABYTE;
const BASE64_PICTURE = 30 * MEGABYTE;
const PICTURE_SECONDS = 2;

/** The nodes' own default of Max Concurrency. */
const AT_ONCE = 50;

const same = (count: number, seconds: number): number[] =>
	Array.from({ length: count }, () => seconds);

function videos(name: string, executions: Job['executions'], more: Partial<Job> = {}): Job {
	return {
		name,
		node: 'seedance',
		gateway: 'gptunnel',
		executions,
		fileBytes: SMALL_VIDEO,
		ways: { ours: AT_ONCE, core: Infinity },
		...more,
	};
}

const batch = (seconds: number) => videos(`10 videos of ${seconds} s`, () => [same(10, seconds)]);

/** 11, 13 … 29 s. */
const UNEVEN = Array.from({ length: 10 }, (_, index) => 11 + 2 * index);

/** The same order for the same seed. */
function shuffled(values: readonly number[], seed: number): number[] {
	const place = (value: number) => createHash('sha256').update(`${seed}: ${value}`).digest('hex');
	return [...values].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** Each in an execution of its own: 20 lengths within a fifth of this one, so that no pace is tuned to one. */
const singles = (seconds: number) =>
	videos(`1 video of ${seconds} s ± 20 %`, () =>
		Array.from({ length: 20 }, (_, index) => [seconds * (0.8 + (0.4 * index) / 19)]),
	);

const pictures = (name: string, gateway: SandboxGateway, seconds: readonly number[]): Job => ({
	name,
	node: 'seedream',
	gateway,
	executions: () => [seconds],
	fileBytes: PICTURE,
	ways: { ours: AT_ONCE, core: Infinity },
});

const thirty = (gateway: SandboxGateway, displayName: string): Turn => ({
	jobs: [pictures(`30 images, ${displayName}`, gateway, same(30, PICTURE_SECONDS))],
	rounds: 3,
	times: 6,
	measures: 'cpu',
});

/** Many short tasks with small files. */
export const many = (count: number): Job =>
	videos(`${count} items, 50 at once`, () => [same(count, 1)], {
		fileBytes: MEGABYTE / 10,
		ways: { ours: 50 },
		options: { maxConcurrency: 50 },
	});

/** What a process does for the first time takes longer: this is done before anything is measured. */
export const WARM_UP: readonly Turn[] = [
	videos('a video', () => [[1]]),
	pictures('an image', 'gptunnel', [0]),
].map((job) => ({
	jobs: [job],
	rounds: 1,
	measures: 'nothing',
}));

/** Those that tell processor time come first: what runs side by side leaves more garbage than is waited for. */
export const TURNS: readonly Turn[] = [
	{ jobs: [batch(17)], rounds: 5, measures: 'cpu' },
	// Side by side, as one alone takes too little to be told from chance.
	{
		jobs: [videos('1 video of 3 s', () => Array.from({ length: 12 }, () => [3]))],
		rounds: 5,
		times: 3,
		measures: 'cpu',
	},
	thirty('gptunnel', 'GPTunnel'),
	thirty('myRouter', 'MyRouter'),
	thirty('agentsFlare', 'AgentsFlare'),
	{ jobs: [videos('100 items', () => [same(100, 2)])], rounds: 3, times: 2, measures: 'cpu' },
	{
		jobs: [videos('1 video of 300 MB, not the first', () => [[1]], { fileBytes: HUGE_VIDEO })],
		rounds: 3,
		times: 4,
		measures: 'cpu',
	},
	// Where both ways look at nearly the same moment (10, 15 and 20 s), and where chance has most to say (no order).
	{
		jobs: [
			videos('10 videos of 11 to 29 s', () => [UNEVEN]),
			videos('10 videos of 11 to 29 s, shuffled', (round) => [shuffled(UNEVEN, round)]),
			...[3, 7, 9, 10, 12, 15, 20].map(batch),
		],
		rounds: 5,
		measures: 'nothing',
	},
	{ jobs: [24, 33, 47, 60].map(batch), rounds: 3, measures: 'nothing' },
	{ jobs: [singles(10), singles(60)], rounds: 1, measures: 'nothing' },
	{
		jobs: [videos('1 video of 300 MB', () => [[1]], { fileBytes: HUGE_VIDEO })],
		rounds: 3,
		measures: 'memory',
	},
	{
		jobs: [
			videos('10 videos of 300 MB', () => [same(10, 1)], {
				fileBytes: HUGE_VIDEO,
				ways: { ours: AT_ONCE },
			}),
		],
		rounds: 3,
		measures: 'memory',
	},
	{
		jobs: [
			{
				name: '1 image of 30 MB as base64',
				node: 'seedream',
				gateway: 'gptunnel',
				executions: () => [[1]],
				fileBytes: BASE64_PICTURE,
				ways: { ours: AT_ONCE },
				options: { responseFormat: 'base64' },
			},
		],
		rounds: 3,
		measures: 'memory',
	},
];
