import type { SandboxFault } from '../../../../sandbox/sandbox.mjs';
import {
	GENERATES,
	GETS,
	NO_RESULT,
	ODD_ANSWERS,
	page,
	type Row,
	type Service,
	TIMEOUT,
	times,
	WAITS,
} from './table.mjs';
import { summaryOf } from '../../../support/wording.mjs';

const LOOKERS: Service[] = [...GENERATES, ...WAITS, ...GETS];
/** One of each operation. */
const PICTURES = LOOKERS.filter(({ node }) => node === 'GptImage');
const paidBy = ({ operation }: Service) => (operation === 'generate' ? 1 : 0);

/** What passes: a look more, and the file is there. */
const PASSING: ReadonlyArray<readonly [name: string, fault: SandboxFault]> = [
	...[400, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 520].map(
		(status) =>
			[
				`HTTP ${status}`,
				{ status, headers: { 'retry-after': '0.1' }, body: { message: 'No' } },
			] as const,
	),
	...[1, 6, 99, 500].map(
		(code) => [`code ${code}`, { status: 200, body: { code, message: 'No <KEY>' } }] as const,
	),
	...ODD_ANSWERS,
	['a page of HTML with 502', page(502)],
	['a page of HTML with 403', page(403)],
	['the connection is cut', 'reset'],
	['half an answer', 'half'],
	[
		'an unknown state',
		{ status: 200, body: { code: 0, id: 'other', status: 'polishing', url: null } },
	],
	[
		'a state that is a number',
		{ status: 200, body: { code: 0, id: 'other', status: 7, url: null } },
	],
	[
		'done, and the link is not there yet',
		{ status: 200, body: { code: 0, id: 'other', status: 'done', url: null } },
	],
];

/** States that are one for Get Result. */
const STATES = /state|the link is not there/;

const passing = PICTURES.flatMap((service) =>
	PASSING.map(([fault, answer]): Row => {
		const isState = service.operation === 'getResult' && STATES.test(fault);
		return {
			...service,
			fault: `once ${fault}`,
			look: [answer],
			expect: isState
				? { paid: 0, submits: 0, looks: 1, downloads: 0, items: ['running'] }
				: {
						paid: paidBy(service),
						submits: paidBy(service),
						looks: 2,
						downloads: 1,
						items: ['succeeded'],
					},
		};
	}),
);

/** What ends the wait. */
const ENDING: ReadonlyArray<readonly [name: string, fault: SandboxFault, happened: string]> = [
	[
		'HTTP 401',
		{ status: 401, body: { error: { message: 'Bad key <KEY>', code: 'invalid_api_key' } } },
		`${summaryOf('keyNotAccepted')} (Bad key …)`,
	],
	[
		'code 2',
		{ status: 200, body: { code: 2, message: 'Invalid token <KEY>' } },
		`${summaryOf('keyNotAccepted')} (Invalid token …)`,
	],
	[
		'code 5',
		{ status: 200, body: { code: 5, message: 'No money' } },
		`${summaryOf('balanceExhausted')} (No money)`,
	],
	[
		'code 7',
		{ status: 200, body: { code: 7, message: 'Closed' } },
		`${summaryOf('modelNotAvailable')} (Closed)`,
	],
	[
		'a link that is none',
		{ status: 200, body: { code: 0, id: 'other', status: 'done', url: 'javascript:alert(1)' } },
		`${summaryOf('fileGone')} (its link is none`,
	],
];

const ending = LOOKERS.flatMap((service) =>
	ENDING.map(
		([fault, answer, happened]): Row => ({
			...service,
			fault,
			look: [answer],
			expect: {
				paid: paidBy(service),
				submits: paidBy(service),
				looks: 1,
				downloads: 0,
				message: `GPTunnel: ${happened}`,
				description: 'not lost',
				taskId: true,
			},
		}),
	),
);

/** A task that was created just now may not be known at once; any other is not there. */
const unknown = LOOKERS.flatMap((service) =>
	[3, 4].map((code): Row => {
		const known = service.operation === 'generate';
		return {
			...service,
			fault: `once code ${code}`,
			look: [{ status: 200, body: { code, message: 'Record not found' } }],
			expect: known
				? { paid: 1, submits: 1, looks: 2, items: ['succeeded'] }
				: {
						paid: 0,
						looks: 1,
						message: `GPTunnel: ${summaryOf('taskNotFound')} (Record not found) [task `,
						taskId: true,
					},
		};
	}),
);

/** A task that has failed: a state for Get Result, a failure else. */
const failed = LOOKERS.flatMap((service): Row[] => {
	const paid = paidBy(service);
	const asState = service.operation === 'getResult';
	const expecting = (happened: string): Row['expect'] =>
		asState
			? { paid, looks: 1, downloads: 0, items: ['failed'] }
			: {
					paid,
					submits: paid,
					looks: 1,
					downloads: 0,
					message: `GPTunnel: ${happened}`,
					taskId: true,
				};
	return [
		{
			...service,
			fault: 'the task fails',
			behaviour: { taskEnd: 'failed' },
			expect: expecting(`${summaryOf('taskFailed')} (The model could not make this: A fox) [task `),
		},
		...[1001, 1002].map(
			(code): Row => ({
				...service,
				fault: `code ${code}`,
				look: [{ status: 200, body: { code, message: 'Sensitive <KEY>' } }],
				expect: expecting(`${summaryOf('contentRefused')} (Sensitive …) [task `),
			}),
		),
		{
			...service,
			fault: 'the task fails with a code',
			look: [
				{ status: 200, body: { code: 500, id: 'other', status: 'failed', message: 'oops <KEY>' } },
			],
			expect: expecting(`${summaryOf('taskFailed')} (oops …) [task `),
		},
	];
});

/** It does not get better before the time is over. */
const lasting = LOOKERS.flatMap((service): Row[] => {
	const { operation } = service;
	const paid = paidBy(service);
	const message =
		operation === 'generate'
			? `${summaryOf('taskTimedOut')} (${NO_RESULT}`
			: `${summaryOf('taskNotSeen')} (`;
	const expected = {
		paid,
		submits: paid,
		downloads: 0,
		message,
		description: 'not lost',
		taskId: true,
	};
	const options = { timeout: TIMEOUT };
	return [
		{
			...service,
			fault: 'no answer',
			look: times(9, 'hang'),
			options,
			expect: { ...expected, looks: 1 },
		},
		{ ...service, fault: 'every look is cut', look: times(99, 'reset'), options, expect: expected },
		...(operation === 'getResult'
			? []
			: [
					{
						...service,
						fault: 'a task that takes longer',
						behaviour: { taskSeconds: 3600 },
						options,
						expect: {
							...expected,
							message: `${summaryOf('taskTimedOut')} (${NO_RESULT}, it was still queued ("idle"))`,
						},
					},
					{
						...service,
						fault: 'a task that takes longer, and its state will do',
						behaviour: { taskSeconds: 3600 },
						options: { ...options, onTimeout: 'returnState' },
						expect: { paid, submits: paid, downloads: 0, items: ['queued'] },
					},
				]),
	];
});

const others: Row[] = [
	...WAITS.map(
		(service): Row => ({
			...service,
			fault: 'more than the time that is left in Retry-After',
			look: [{ status: 429, headers: { 'retry-after': '3600' }, body: { message: 'Slow down' } }],
			expect: {
				paid: 0,
				looks: 1,
				message: `${summaryOf('taskNotSeen')} (the gateway asks to wait 3600 seconds`,
				taskId: true,
			},
		}),
	),
	...[...WAITS, ...GETS].map(
		(service): Row => ({
			...service,
			fault: 'a wrong key',
			credential: 'wrong',
			expect: {
				paid: 0,
				submits: 0,
				looks: 1,
				downloads: 0,
				message: `GPTunnel: ${summaryOf('keyNotAccepted')} (Invalid token) [task `,
				taskId: true,
			},
		}),
	),
	...[...WAITS, ...GETS].map(
		(service): Row => ({
			...service,
			fault: 'nobody listens',
			credential: 'closed',
			options: { timeout: TIMEOUT },
			expect: {
				paid: 0,
				looks: 0,
				message: `${summaryOf('taskNotSeen')} (`,
				taskId: true,
			},
		}),
	),
];

/** What goes wrong while a task is looked at. */
export const looks: Row[] = [...passing, ...ending, ...unknown, ...failed, ...lasting, ...others];
