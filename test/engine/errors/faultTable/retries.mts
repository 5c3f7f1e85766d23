import type { SandboxFault, SandboxGateway } from '../../../../sandbox/sandbox.mjs';
import {
	BUYERS,
	CREATES,
	GATEWAY_NAMES,
	GENERATES,
	page,
	refusal,
	type Row,
	type Service,
	SYNCHRONOUS,
	TIMEOUT,
	times,
} from './table.mjs';
import { adviceOf, summaryOf } from '../../../support/wording.mjs';

const STATE = {
	generate: 'succeeded',
	createTask: 'queued',
	getResult: '',
	waitUntilDone: '',
} as const;
const LOST = `${summaryOf('answerLost')} (`;

/** The order may have been accepted: no try but the first sends anything. */
const ambiguous = BUYERS.flatMap((service): Row[] => {
	const common = { ...service, tries: 3 };
	const message = `${GATEWAY_NAMES[service.gateway]}: ${LOST}`;
	const description = adviceOf('answerLost');
	return [
		{
			...common,
			fault: 'the connection is cut',
			submit: ['reset'],
			expect: { paid: 1, submits: 1, looks: 0, runs: 3, message, description },
		},
		{
			...common,
			fault: 'no answer within the time allowed',
			submit: ['hang'],
			options: { timeout: TIMEOUT },
			expect: {
				paid: 1,
				submits: 1,
				looks: 0,
				runs: 3,
				message: `${summaryOf('timedOut')} (`,
				description: adviceOf('timedOut'),
			},
		},
		...[408, 502, 504, 520].map(
			(status): Row => ({
				...common,
				fault: `HTTP ${status}`,
				submit: [page(status)],
				expect: {
					paid: 0,
					submits: 1,
					looks: 0,
					runs: 3,
					message,
					description,
					httpCode: String(status),
				},
			}),
		),
		{
			...common,
			fault: 'a page of HTML',
			submit: [page(200)],
			expect: { paid: 0, submits: 1, looks: 0, runs: 3, message, description },
		},
		{
			...common,
			fault: 'words with the key in them',
			submit: [
				{ status: 200, headers: { 'content-type': 'text/plain' }, body: 'Thank you, <KEY>' },
			],
			expect: {
				paid: 0,
				submits: 1,
				runs: 3,
				message: `${message}the answer was not understood: Thank you, …)`,
			},
		},
		...(service.gateway === 'agentsFlare'
			? []
			: [
					{
						...common,
						fault: 'half an answer',
						submit: ['half'],
						expect: { paid: 1, submits: 1, looks: 0, runs: 3, message, description },
					} satisfies Row,
				]),
	];
});

const FILTERED: Record<SandboxGateway, SandboxFault> = {
	gptunnel: { status: 200, body: { code: 1002, message: 'Unsafe <KEY>' } },
	myRouter: {
		status: 400,
		body: { code: 400, reason: 'ILLEGAL_PROMPT', message: 'Unsafe <KEY>', metadata: {} },
	},
	agentsFlare: {
		status: 400,
		body: { error: { code: 'InputTextSensitiveContentDetected', message: 'Unsafe <KEY>' } },
	},
	modelArk: {
		status: 400,
		body: { error: { code: 'InputTextSensitiveContentDetected', message: 'Unsafe <KEY>' } },
	},
};

/** It would be refused again. */
const refusedForGood = BUYERS.flatMap((service): Row[] => [
	{
		...service,
		tries: 3,
		fault: 'the content is refused',
		submit: [FILTERED[service.gateway]],
		expect: {
			paid: 0,
			submits: 1,
			runs: 3,
			message: `${summaryOf('contentRefused')} (Unsafe …) [item 0]`,
		},
	},
	{
		...service,
		tries: 3,
		fault: 'the input is refused',
		submit: [{ status: 422, body: refusal(service.gateway, 422, 'bad <KEY>') }],
		expect: {
			paid: 0,
			submits: 1,
			runs: 3,
			message: `${summaryOf('invalidInput')} (bad …) [item 0]`,
			httpCode: '422',
		},
	},
]);

/** Nothing was bought, so the next try may. */
const sentAgain = BUYERS.flatMap((service): Row[] =>
	[401, 402, 500, 503].map((status) => ({
		...service,
		tries: 3,
		fault: `HTTP ${status} once`,
		submit: [{ status, body: refusal(service.gateway, status, 'no') }],
		expect: {
			paid: 1,
			submits: 2,
			runs: 2,
			items: [STATE[service.operation]],
			files: service.operation === 'createTask' ? 0 : 1,
		},
	})),
);

const BRINGERS: Service[] = [...SYNCHRONOUS, ...GENERATES];

/** What was bought is there: no try but the first posts anything. */
const takenUp = BRINGERS.flatMap((service): Row[] => [
	{
		...service,
		tries: 3,
		fault: 'the download fails in two tries',
		// A link that is dead is asked for once in each try, and, where there is a task, once more when it is fresh.
		file: times(service.node === 'Seedream' ? 2 : 4, { status: 404, body: 'gone' }),
		expect: {
			paid: 1,
			submits: 1,
			runs: 3,
			downloads: service.node === 'Seedream' ? 3 : 5,
			items: ['succeeded'],
		},
	},
	{
		...service,
		tries: 3,
		fault: 'the download is cut in one try',
		file: times(3, 'reset'),
		expect: { paid: 1, submits: 1, runs: 2, downloads: 4, items: ['succeeded'] },
	},
	{
		...service,
		tries: 3,
		fault: 'the download fails in every try',
		file: times(99, { status: 403, body: 'gone' }),
		expect: {
			paid: 1,
			submits: 1,
			runs: 3,
			message: `${summaryOf('fileGone')} (`,
			description: 'Link: ',
		},
	},
	{
		...service,
		tries: 3,
		fault: 'the download fails in two tries, with three items',
		itemCount: 3,
		options: { maxConcurrency: 1 },
		file: times(service.node === 'Seedream' ? 2 : 4, { status: 404, body: 'gone' }),
		expect: { paid: 3, submits: 3, runs: 3, items: ['succeeded', 'succeeded', 'succeeded'] },
	},
]);

const SETS = SYNCHRONOUS.filter(({ gateway }) => gateway !== 'gptunnel');

const sets = SETS.map(
	(service): Row => ({
		...service,
		tries: 3,
		fault: 'one file of a set of three is gone in two tries',
		options: { maxImages: 3 },
		file: times(2, { status: 404, body: 'gone' }),
		expect: { paid: 1, submits: 1, items: ['succeeded', 'succeeded', 'succeeded'] },
	}),
);

const cutSet: Row = {
	gateway: 'agentsFlare',
	node: 'Seedream',
	operation: 'generate',
	tries: 3,
	fault: 'a stream that is cut in its second event',
	options: { maxImages: 3 },
	submit: ['half'],
	// What came is kept, and what did not may be paid for.
	expect: {
		paid: 1,
		submits: 1,
		runs: 3,
		message: `AgentsFlare: ${LOST}`,
		description: 'Also made or on its way: item 0: http://127.0.0.1:',
	},
};

const tasks = GENERATES.flatMap((service): Row[] => [
	{
		...service,
		tries: 3,
		fault: 'a look ends the wait of one try',
		look: [{ status: 200, body: { code: 2, message: 'Invalid token' } }],
		expect: { paid: 1, submits: 1, runs: 2, looks: 2, items: ['succeeded'] },
	},
	{
		...service,
		tries: 3,
		// Once more, and not with every try: nobody knows whether a task that failed is charged.
		fault: 'every task fails',
		behaviour: { taskEnd: 'failed' },
		expect: { paid: 2, submits: 2, runs: 3, looks: 2, message: 'so did task ', taskId: true },
	},
	{
		...service,
		tries: 3,
		fault: 'the first task fails',
		behaviour: { taskEnd: ({ number }) => (number === 0 ? 'failed' : 'done') },
		expect: { paid: 2, submits: 2, runs: 2, looks: 2, items: ['succeeded'] },
	},
	{
		...service,
		tries: 3,
		fault: 'the content of the task is refused',
		look: [{ status: 200, body: { code: 1001, message: 'Sensitive <KEY>' } }],
		expect: {
			paid: 1,
			submits: 1,
			runs: 3,
			looks: 1,
			message: `GPTunnel: ${summaryOf('contentRefused')} (Sensitive …) [task `,
			taskId: true,
		},
	},
	{
		...service,
		tries: 5,
		fault: 'the task takes longer than one try',
		behaviour: { taskSeconds: TIMEOUT + 1 },
		options: { timeout: TIMEOUT },
		expect: { paid: 1, submits: 1, items: ['succeeded'] },
	},
	{
		...service,
		tries: 2,
		fault: 'one of five items is refused for the balance',
		itemCount: 5,
		submit: [{ status: 200, body: { code: 5, message: 'No money' } }],
		expect: {
			paid: 5,
			submits: 6,
			runs: 2,
			items: ['succeeded', 'succeeded', 'succeeded', 'succeeded', 'succeeded'],
		},
	},
	{
		...service,
		tries: 3,
		fault: 'the answer is cut, with two items',
		itemCount: 2,
		options: { maxConcurrency: 1 },
		submit: ['reset'],
		expect: { paid: 1, submits: 1, runs: 3, message: `GPTunnel: ${LOST}` },
	},
	{
		...service,
		tries: 3,
		fault: 'an id comes with an internal failure',
		submit: [
			{ status: 200, body: { code: 1, id: '687fbd658a5526000178d729', message: 'Internal <KEY>' } },
		],
		look: times(9, { status: 200, body: { code: 0, id: 'other', status: 'done', url: '<LINK>' } }),
		expect: { paid: 0, submits: 1, runs: 2, looks: 1, items: ['succeeded'] },
	},
]);

/** One item is refused, so all are tried again; the others were bought. */
const oneRefused: Row[] = [
	...SYNCHRONOUS.map(
		(service): Row => ({
			...service,
			tries: 2,
			fault: 'one of five items is refused for the key',
			itemCount: 5,
			submit: [{ status: 401, body: refusal(service.gateway, 401, 'no') }],
			expect: { paid: 5, submits: 6, runs: 2, items: Array(5).fill('succeeded') },
		}),
	),
	...CREATES.map(
		(service): Row => ({
			...service,
			tries: 2,
			fault: 'one of five items is refused for the key',
			itemCount: 5,
			behaviour: { taskSeconds: 3600 },
			submit: [{ status: 401, body: refusal(service.gateway, 401, 'no') }],
			expect: { paid: 5, submits: 6, runs: 2, items: Array(5).fill('queued') },
		}),
	),
	...SYNCHRONOUS.filter(({ gateway }) => gateway !== 'myRouter').map(
		(service): Row => ({
			...service,
			tries: 2,
			fault: 'one of two items is refused for the key, and the other comes as data',
			itemCount: 2,
			options: { responseFormat: 'base64' },
			submit: [{ status: 401, body: refusal(service.gateway, 401, 'no') }],
			expect: { paid: 2, submits: 3, runs: 2, items: ['succeeded', 'succeeded'] },
		}),
	),
];

/** "Continue" runs the node again only if its first item has failed. */
const goingOn: Row[] = [
	...BUYERS.map(
		(service): Row => ({
			...service,
			tries: 3,
			fault: 'the connection is cut',
			onError: 'continueRegularOutput',
			submit: ['reset'],
			expect: { paid: 1, submits: 1, items: ['error'], message: LOST },
		}),
	),
	...BRINGERS.map(
		(service): Row => ({
			...service,
			tries: 3,
			fault: 'the download fails in two tries',
			onError: 'continueRegularOutput',
			file: times(service.node === 'Seedream' ? 2 : 4, { status: 404, body: 'gone' }),
			expect: { paid: 1, submits: 1, items: ['succeeded'] },
		}),
	),
];

/** What "Retry On Fail" makes of it. */
export const retries: Row[] = [
	...ambiguous,
	...refusedForGood,
	...sentAgain,
	...takenUp,
	...sets,
	cutSet,
	...tasks,
	...oneRefused,
	...goingOn,
];
