import {
	BUYERS,
	GATEWAY_NAMES,
	NO_RESULT,
	ODD_ANSWERS,
	page,
	refusal,
	type Row,
	type Service,
	SYNCHRONOUS,
	TIMEOUT,
} from './table.mjs';
import { adviceOf, NOTHING_CHARGED, summaryOf } from '../../../support/wording.mjs';

const REFUSED = summaryOf('invalidInput');
const KEY = summaryOf('keyNotAccepted');
const FAILED = summaryOf('gatewayFailed');
const LOST = summaryOf('answerLost');
const NOT_REACHED = summaryOf('notReachable');

const FREE = NOTHING_CHARGED;
const PERHAPS = adviceOf('answerLost');

/** HTTP statuses, what they mean, and what is said of the money. */
const STATUSES: ReadonlyArray<readonly [status: number, happened: string, description: string]> = [
	[400, REFUSED, FREE],
	[401, KEY, FREE],
	[402, summaryOf('balanceExhausted'), FREE],
	[403, KEY, FREE],
	[404, REFUSED, FREE],
	[408, LOST, PERHAPS],
	[409, REFUSED, FREE],
	[413, REFUSED, FREE],
	[422, REFUSED, FREE],
	// Longer than anyone waits, so that it is given up at once.
	[429, summaryOf('rateLimited'), FREE],
	[500, FAILED, ''],
	[502, LOST, PERHAPS],
	[503, FAILED, ''],
	[504, LOST, PERHAPS],
	[520, LOST, PERHAPS],
];

const WORDS = 'words of the gateway';
const saidWith = (status: number) =>
	status === 429 ? `${WORDS}; it asks to wait 3600 seconds` : WORDS;
const headers = { 'retry-after': '3600' };

/** The model is a part of MyRouter's path, so a path that is not there is a model that is not there. */
const happenedAt = ({ gateway }: Service, status: number, happened: string) =>
	gateway === 'myRouter' && status === 404
		? `${GATEWAY_NAMES[gateway]} ${summaryOf('modelUnknown', { model: '<MODEL>' })}`
		: `${GATEWAY_NAMES[gateway]}: ${happened}`;

const statuses = BUYERS.flatMap((service) =>
	STATUSES.map(
		([status, happened, description]): Row => ({
			...service,
			fault: `HTTP ${status}`,
			submit: [{ status, headers, body: refusal(service.gateway, status, WORDS) }],
			expect: {
				paid: 0,
				submits: 1,
				looks: 0,
				downloads: 0,
				message: `${happenedAt(service, status, happened)} (${saidWith(status)}) [item 0]`,
				description,
				taskId: false,
				httpCode: String(status),
			},
		}),
	),
);

/** What stands before a gateway answers with pages of its own. */
const pages = SYNCHRONOUS.flatMap((service) =>
	(
		[
			[403, NOT_REACHED],
			[404, NOT_REACHED],
			[500, FAILED],
			[502, LOST],
			[503, FAILED],
			[504, LOST],
			[520, LOST],
		] as const
	).map(
		([status, happened]): Row => ({
			...service,
			fault: `a page of HTML with ${status}`,
			submit: [page(status, 'Attention Required')],
			expect: {
				paid: 0,
				submits: 1,
				message: `${GATEWAY_NAMES[service.gateway]}: ${happened} (HTTP status ${status}: Attention Required) [item 0]`,
				taskId: false,
				httpCode: String(status),
			},
		}),
	),
);

const emptyBodies = SYNCHRONOUS.flatMap((service) =>
	(
		[
			[400, REFUSED],
			[401, KEY],
			[500, FAILED],
			[502, LOST],
		] as const
	).map(
		([status, happened]): Row => ({
			...service,
			fault: `an empty body with ${status}`,
			submit: [{ status, body: '' }],
			expect: {
				paid: 0,
				submits: 1,
				message: `: ${happened} (HTTP status ${status}) [item 0]`,
				httpCode: String(status),
			},
		}),
	),
);

const oddAnswers = BUYERS.flatMap((service) =>
	ODD_ANSWERS.map(
		([fault, answer]): Row => ({
			...service,
			fault,
			submit: [answer],
			expect: {
				paid: 0,
				submits: 1,
				looks: 0,
				downloads: 0,
				message: `${GATEWAY_NAMES[service.gateway]}: ${LOST} (`,
				description: PERHAPS,
				taskId: false,
			},
		}),
	),
);

/** The order was accepted, and what came back does not tell. */
const broken = BUYERS.flatMap((service): Row[] => {
	const lost = { paid: 1, submits: 1, looks: 0, downloads: 0, taskId: false };
	const message = `${GATEWAY_NAMES[service.gateway]}: ${LOST} (the connection`;
	return [
		{
			...service,
			fault: 'the connection is cut',
			submit: ['reset'],
			expect: { ...lost, message, description: PERHAPS },
		},
		{
			...service,
			fault: 'no answer within the time allowed',
			submit: ['hang'],
			options: { timeout: TIMEOUT },
			expect: {
				...lost,
				message: `${summaryOf('timedOut')} (${NO_RESULT}) [item 0]`,
				description: adviceOf('timedOut'),
			},
		},
		service.gateway === 'agentsFlare'
			? {
					...service,
					fault: 'a stream that is cut after its only picture',
					submit: ['half'],
					expect: { paid: 1, submits: 1, downloads: 1, items: ['succeeded'] },
				}
			: {
					...service,
					fault: 'half an answer',
					submit: ['half'],
					expect: { ...lost, message, description: PERHAPS },
				},
		{
			...service,
			fault: 'nobody listens',
			credential: 'closed',
			expect: {
				paid: 0,
				submits: 0,
				message: `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('notReachable')} (the connection was refused) [item 0]`,
				description: FREE,
				taskId: false,
			},
		},
		{
			...service,
			fault: 'a wrong key',
			credential: 'wrong',
			expect: {
				paid: 0,
				submits: 1,
				message: `${GATEWAY_NAMES[service.gateway]}: ${KEY} (`,
				description: FREE,
				taskId: false,
			},
		},
		{
			...service,
			fault: 'a redirect',
			submit: [
				{ status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere?key=<KEY>' }, body: '' },
			],
			expect: {
				paid: 0,
				submits: 1,
				message: `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('notReachable')} (HTTP status 302; it leads to http://127.0.0.1:1/elsewhere?key=…) [item 0]`,
				httpCode: '302',
			},
		},
	];
});

/** The node's own tries, with its own pauses: what was certainly refused before any work is sent again. */
const sentAgain: Row[] = [
	...SYNCHRONOUS.map(
		(service): Row => ({
			...service,
			fault: 'HTTP 429 once',
			submit: [
				{
					status: 429,
					headers: { 'retry-after': '0.1' },
					body: refusal(service.gateway, 429, 'slow down'),
				},
			],
			expect: { paid: 1, submits: 2, downloads: 1, items: ['succeeded'] },
		}),
	),
	{
		gateway: 'gptunnel',
		node: 'Seedream',
		operation: 'generate',
		fault: 'code 6 twice',
		submit: [
			{ status: 200, body: { code: 6, message: 'Heavy load' } },
			{ status: 200, body: { code: 6, message: 'Heavy load' } },
		],
		expect: { paid: 1, submits: 3, items: ['succeeded'] },
	},
	{
		gateway: 'gptunnel',
		node: 'GptImage',
		operation: 'createTask',
		fault: 'code 6 again and again',
		submit: Array.from({ length: 9 }, () => ({
			status: 200,
			body: { code: 6, message: 'Heavy load' },
		})),
		expect: {
			paid: 0,
			submits: 3,
			looks: 0,
			message: `GPTunnel: ${summaryOf('rateLimited')} (Heavy load) [item 0]`,
			description: FREE,
			taskId: false,
			httpCode: '200',
		},
	},
	{
		gateway: 'gptunnel',
		node: 'Seedance',
		operation: 'generate',
		fault: 'HTTP 429, then the connection is cut',
		submit: [{ status: 429, body: { message: 'slow down' } }, 'reset'],
		expect: { paid: 1, submits: 2, looks: 0, message: `GPTunnel: ${LOST} (`, description: PERHAPS },
	},
	{
		gateway: 'agentsFlare',
		node: 'Seedream',
		operation: 'generate',
		fault: 'ServerOverloaded, then a refusal',
		submit: [
			{ status: 429, body: { error: { code: 'ServerOverloaded', message: 'busy' } } },
			{ status: 400, body: { error: { code: 'InvalidParameter', message: 'bad size' } } },
		],
		expect: {
			paid: 0,
			submits: 2,
			message: `AgentsFlare: ${REFUSED} (bad size) [item 0]`,
			description: FREE,
		},
	},
	{
		gateway: 'myRouter',
		node: 'Seedream',
		operation: 'generate',
		fault: 'HTTP 429 with more than the time that is left in Retry-After',
		options: { timeout: 30 },
		submit: [{ status: 429, headers: { 'retry-after': '31' }, body: { message: 'slow down' } }],
		expect: {
			paid: 0,
			submits: 1,
			message: `MyRouter: ${summaryOf('rateLimited')} (slow down; it asks to wait 31 seconds) [item 0]`,
			httpCode: '429',
		},
	},
];

/** What goes wrong between the paid request and its answer. */
export const submissions: Row[] = [
	...statuses,
	...pages,
	...emptyBodies,
	...oddAnswers,
	...broken,
	...sentAgain,
];
