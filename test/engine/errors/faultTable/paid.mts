import type { SandboxFault } from '../../../../sandbox/sandbox.mjs';
import { CREATES, SYNCHRONOUS, type Row, type Service } from './table.mjs';

/** Those whose answer comes as JSON, and not as a stream. */
const BUYERS: Service[] = [
	...SYNCHRONOUS.filter(({ gateway }) => gateway !== 'agentsFlare'),
	...CREATES,
];

const EMPTY: ReadonlyArray<readonly [fault: string, submit: SandboxFault]> = [
	['an empty error beside what was bought', { beside: { error: {} } }],
	['an error of nothing', { beside: { error: { code: '', message: '' } } }],
	['an error that is a success', { beside: { error: { code: 0, message: 'success' } } }],
	['HTTP 201', { beside: {}, status: 201 }],
];

/** Under these a task is named, and the next try takes it up; a picture is taken at once. */
const REAL: ReadonlyArray<readonly [fault: string, submit: SandboxFault]> = [
	[
		'too many requests, beside what was bought',
		{ beside: { code: 6, error: { code: 'RateLimitExceeded', message: 'slowly' } }, status: 429 },
	],
	[
		'HTTP 500, beside what was bought',
		{ beside: { code: 500, error: { message: 'broken' } }, status: 500 },
	],
];

const isTask = ({ operation }: Service) => operation === 'createTask';

/** What was paid for is taken, or taken up, whatever else is said. */
export const paid: Row[] = BUYERS.flatMap((service) => [
	...EMPTY.map(
		([fault, submit]): Row => ({
			...service,
			fault,
			submit: [submit],
			tries: 3,
			expect: { paid: 1, runs: 1, items: [isTask(service) ? 'queued' : 'succeeded'] },
		}),
	),
	...REAL.map(
		([fault, submit]): Row => ({
			...service,
			fault,
			submit: [submit],
			tries: 3,
			expect: {
				paid: 1,
				runs: isTask(service) ? 2 : 1,
				items: ['succeeded'],
				...(isTask(service) ? { files: 0 } : {}),
			},
		}),
	),
]);
