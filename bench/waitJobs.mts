import type { SandboxGateway } from '../sandbox/sandbox.mjs';
import type { Build } from './builds.mjs';
import { MEGABYTE } from './jobs.mjs';

/** What is measured of a job. All but the number of requests are seconds. */
export type Figure =
	| 'requests'
	| 'lateness'
	| 'mostLate'
	| 'mostRequestsAtOnce'
	| 'resumed'
	| 'fromCall'
	| 'mostFromCall';

/** A bound: on the figure itself, on its ratio to the build before, or on both. */
export interface Bound {
	ratio?: number;
	figure?: number;
}

/** Something to be waited for. */
export interface WaitJob {
	name: string;
	gateway: SandboxGateway;
	/** The build before has not all ways of waiting. */
	builds: readonly Build[];
	/** For each execution how long the gateway takes for each item, in seconds. */
	executions: ReadonlyArray<readonly number[]>;
	/** From the start of one execution to that of the next, in seconds: default 0.15. */
	startEverySeconds?: number;
	/** Whether the items of an execution go through the node one after another; the first of each tells nothing. */
	isLoop?: boolean;
	options: Readonly<Record<string, unknown>>;
	/** Whether no call of the gateway arrives. */
	losesCalls?: boolean;
	bounds: Partial<Record<Figure, Bound>>;
	fileBytes: number;
}

/** Jobs that run at the same time. */
export interface Phase {
	name: string;
	jobs: readonly WaitJob[];
	rounds: number;
	/** About how long, for whoever waits for it. */
	minutes: number;
}

/** n8n ends short pauses once a minute, so twenty executions begin at any second of one. */
const OVER_A_MINUTE = { startEverySeconds: 3 };
const BOTH: readonly Build[] = ['before', 'now'];
const SMALL = MEGABYTE / 10;

/** As many lengths as are wanted, as far from each other, in an order that follows from no length. */
function spread(count: number, least: number, most: number): number[] {
	const step = count > 1 ? (most - least) / (count - 1) : 0;
	// A step that has no divisor in common with the count reaches each once.
	const stride = [7, 11, 13].find((one) => count % one !== 0) ?? 1;
	return Array.from({ length: count }, (_, index) => least + step * ((index * stride) % count));
}

const single = (lengths: readonly number[]) => lengths.map((length) => [length]);

const keepRunning = (name: string, more: Partial<WaitJob>): WaitJob => ({
	name,
	gateway: 'modelArk',
	builds: BOTH,
	executions: [],
	options: {},
	bounds: {},
	fileBytes: SMALL,
	...more,
});

const pausing = (name: string, more: Partial<WaitJob>): WaitJob =>
	keepRunning(name, { options: { whileWaiting: 'pauseExecution' }, ...more });

const untilCalled = (name: string, more: Partial<WaitJob>): WaitJob =>
	pausing(name, { builds: ['now'], options: { whileWaiting: 'pauseUntilCalled' }, ...more });

const AS_BEFORE = { ratio: 1.1 };

const singles = (gateway: SandboxGateway, displayName: string): WaitJob =>
	keepRunning(`20 executions of 1 video of 60 s ± 20 %, ${displayName}`, {
		gateway,
		executions: single(spread(20, 48, 72)),
		bounds: { requests: AS_BEFORE, lateness: AS_BEFORE },
	});

const WITHIN_A_FIFTH = [-0.05, 0.04, -0.02];

export const PHASES: readonly Phase[] = [
	{
		name: 'lists',
		rounds: 3,
		minutes: 4,
		jobs: [
			keepRunning('50 videos of 60 s ± 20 %, ModelArk', {
				executions: [spread(50, 48, 72)],
				bounds: { requests: { ratio: 0.3 }, lateness: { ratio: 0.3, figure: 1 } },
			}),
			keepRunning('10 videos of 11 to 29 s, ModelArk', {
				executions: [spread(10, 11, 29)],
				bounds: { requests: { ratio: 0.6 }, lateness: { figure: 0.8 } },
			}),
		],
	},
	{
		name: 'single tasks',
		rounds: 1,
		minutes: 2,
		jobs: [
			singles('modelArk', 'ModelArk'),
			singles('gptunnel', 'GPTunnel'),
			singles('myRouter', 'MyRouter'),
		],
	},
	{
		name: 'pauses',
		rounds: 1,
		minutes: 9,
		jobs: [
			pausing('Pause Execution, the length is not known: 20 executions of 1 video of 45 to 330 s', {
				...OVER_A_MINUTE,
				executions: single(spread(20, 45, 330)),
				bounds: { lateness: { ratio: 1 }, resumed: { figure: 1 } },
			}),
			pausing('Pause Execution, the length is known: 10 loops of 3 videos of 60 to 130 s, ± 5 %', {
				executions: spread(10, 60, 130).map((length) =>
					WITHIN_A_FIFTH.map((part) => length * (1 + part)),
				),
				isLoop: true,
				bounds: { lateness: { ratio: 0.5 } },
			}),
			pausing('Pause Execution, 50 videos of 60 to 120 s in one execution', {
				executions: [spread(50, 60, 120)],
				bounds: { mostRequestsAtOnce: { figure: 3 } },
			}),
			untilCalled('Pause Until Called: 20 executions of 1 video of 20 to 60 s', {
				executions: single(spread(20, 20, 60)),
				bounds: { fromCall: { figure: 0.5 }, mostFromCall: { figure: 2 } },
			}),
			untilCalled('Pause Until Called, all calls lost: 20 executions of 1 video of 20 to 330 s', {
				executions: single(spread(20, 20, 330)),
				losesCalls: true,
				bounds: { mostLate: { figure: 65 } },
			}),
		],
	},
];
