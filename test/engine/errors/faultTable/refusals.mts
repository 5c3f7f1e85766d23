import type { SandboxFault, SandboxGateway } from '../../../../sandbox/sandbox.mjs';
import {
	CREATES,
	GATEWAY_NAMES,
	GENERATES,
	type Row,
	type Service,
	SYNCHRONOUS,
} from './table.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../../support/wording.mjs';

const FREE = NOTHING_CHARGED;

/** GPTunnel's codes, which come with HTTP 200: section 1 of the gateways' README. */
const CODES: ReadonlyArray<readonly [code: number, happened: string, description: string]> = [
	[1, summaryOf('gatewayFailed'), ''],
	[2, summaryOf('keyNotAccepted'), FREE],
	[3, summaryOf('invalidInput'), FREE],
	[4, summaryOf('taskNotFound'), ''],
	[5, summaryOf('balanceExhausted'), FREE],
	[6, summaryOf('rateLimited'), FREE],
	[7, summaryOf('modelNotAvailable', { model: '<MODEL>' }), FREE],
	[99, summaryOf('gatewayFailed'), ''],
	[500, summaryOf('gatewayFailed'), ''],
	[1001, summaryOf('contentRefused'), FREE],
	[1002, summaryOf('contentRefused'), 'may get the account suspended'],
];

const GPTUNNEL: Service[] = [
	...SYNCHRONOUS.filter(({ gateway }) => gateway === 'gptunnel'),
	...GENERATES,
	...CREATES,
];

const codes = GPTUNNEL.flatMap((service) =>
	CODES.map(
		([code, happened, description]): Row => ({
			...service,
			fault: `code ${code}`,
			onError: 'continueRegularOutput',
			// Longer than anyone waits, so that it is given up at once.
			submit: [
				{
					status: 200,
					headers: { 'retry-after': '3600' },
					body: { code, message: 'words of the gateway' },
				},
			],
			expect: {
				paid: 0,
				submits: 1,
				looks: 0,
				items: ['error'],
				message: `GPTunnel: ${happened} (words of the gateway${code === 6 ? '; it asks to wait 3600 seconds' : ''}) [item 0]`,
				description,
				taskId: false,
				code: String(code),
				httpCode: '200',
			},
		}),
	),
);

/** The gateways' own refusals: sections 1 to 4 of their README. */
const SHAPES: ReadonlyArray<
	readonly [
		gateway: SandboxGateway,
		status: number,
		body: Record<string, unknown>,
		message: string,
		code?: string,
	]
> = [
	[
		'gptunnel',
		401,
		{
			error: {
				message: 'Incorrect API key provided: <KEY>',
				type: 'invalid_request_error',
				param: null,
				code: 'invalid_api_key',
			},
		},
		`${summaryOf('keyNotAccepted')} (Incorrect API key provided: …)`,
		'invalid_api_key',
	],
	[
		'gptunnel',
		200,
		{ code: 2, message: 'Invalid token <KEY>' },
		`${summaryOf('keyNotAccepted')} (Invalid token …)`,
		'2',
	],
	[
		'gptunnel',
		200,
		{
			code: 3,
			message: 'Invalid input',
			issues: [{ path: 'size', expected: "'1K'", message: 'bad <KEY>' }],
		},
		`${summaryOf('invalidInput')} (Invalid input; size: bad …)`,
		'3',
	],
	[
		'gptunnel',
		200,
		{ code: '5', message: 'No money' },
		`${summaryOf('balanceExhausted')} (No money)`,
		'5',
	],
	[
		'gptunnel',
		200,
		{ code: 4242, message: 'Something new' },
		`${summaryOf('gatewayFailed')} (Something new)`,
		'4242',
	],
	['gptunnel', 200, { code: 1 }, `${summaryOf('gatewayFailed')} (HTTP status 200)`, '1'],
	[
		'gptunnel',
		200,
		{ code: 0, status: 'done', result: null },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'gptunnel',
		200,
		{ code: 0, status: 'done', result: '***' },
		`${summaryOf('answerLost')} (what came is neither a link nor a picture: ***)`,
		'answerLost',
	],
	[
		'gptunnel',
		200,
		{ code: 0, status: 'done', result: 'data:image/jpeg;base64,' },
		`${summaryOf('answerLost')} (what came is neither a link nor a picture: data:image/jpeg;base64,)`,
		'answerLost',
	],
	[
		'gptunnel',
		200,
		{ code: 0, status: 'failed', result: 'failed', message: 'no <KEY>' },
		`${summaryOf('gatewayFailed')} (`,
		'gatewayFailed',
	],
	[
		'myRouter',
		400,
		{ code: 400, reason: 'INVALID_REQUEST_BODY', message: 'size of <KEY>', metadata: {} },
		`${summaryOf('invalidInput')} (size of …)`,
		'INVALID_REQUEST_BODY',
	],
	[
		'myRouter',
		401,
		{ code: 401, reason: 'INVALID_API_KEY', message: 'Bearer <KEY> is unknown', metadata: {} },
		`${summaryOf('keyNotAccepted')} (Bearer … is unknown)`,
		'INVALID_API_KEY',
	],
	[
		'myRouter',
		403,
		{ code: 403, reason: 'NOT_ENOUGH_BALANCE', message: 'top up', metadata: {} },
		`${summaryOf('balanceExhausted')} (top up)`,
		'NOT_ENOUGH_BALANCE',
	],
	[
		'myRouter',
		400,
		{ code: 400, reason: 'ILLEGAL_PROMPT', message: 'no', metadata: {} },
		`${summaryOf('contentRefused')} (no)`,
		'ILLEGAL_PROMPT',
	],
	[
		'myRouter',
		404,
		{ code: 404, reason: 'MODEL_NOT_FOUND', message: 'no such model', metadata: {} },
		'<UNKNOWN> (no such model)',
		'MODEL_NOT_FOUND',
	],
	[
		'myRouter',
		500,
		{ code: 500, reason: '<KEY>', message: 'no', metadata: {} },
		`${summaryOf('gatewayFailed')} (no)`,
		'…',
	],
	[
		'myRouter',
		200,
		{ images: [] },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'myRouter',
		200,
		{ images: ['javascript:alert(1)'] },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'myRouter',
		200,
		{ images: [null] },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'myRouter',
		200,
		{ images: '<KEY>' },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'agentsFlare',
		404,
		{ statusCode: 404, message: 'Key not found' },
		`${summaryOf('keyNotAccepted')} (Key not found)`,
		'keyNotAccepted',
	],
	[
		'agentsFlare',
		404,
		{ message: 'Cannot POST /x', error: 'Not Found', statusCode: 404 },
		`${summaryOf('notReachable')} (Cannot POST /x; it does not know the address`,
		'notReachable',
	],
	[
		'agentsFlare',
		400,
		{ statusCode: 400, message: 'Model x is not available for <KEY>' },
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (Model x is not available for …)`,
		'modelNotAvailable',
	],
	[
		'agentsFlare',
		400,
		{ error: { code: 'InvalidParameter', message: 'size <KEY>' } },
		`${summaryOf('invalidInput')} (size …)`,
		'InvalidParameter',
	],
	[
		'agentsFlare',
		400,
		{ error: { code: 'MissingParameter', message: 'prompt' } },
		`${summaryOf('invalidInput')} (prompt)`,
		'MissingParameter',
	],
	[
		'agentsFlare',
		400,
		{ error: { code: 'InputTextSensitiveContentDetected', message: 'no' } },
		`${summaryOf('contentRefused')} (no)`,
		'InputTextSensitiveContentDetected',
	],
	[
		'agentsFlare',
		401,
		{ error: { code: 'AuthenticationError', message: 'Bearer <KEY>' } },
		`${summaryOf('keyNotAccepted')} (Bearer …)`,
		'AuthenticationError',
	],
	[
		'agentsFlare',
		403,
		{ error: { code: 'AccountOverdueError', message: 'overdue' } },
		`${summaryOf('balanceExhausted')} (overdue)`,
		'AccountOverdueError',
	],
	[
		'agentsFlare',
		404,
		{ error: { code: 'ModelNotOpen', message: 'closed' } },
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (closed)`,
		'ModelNotOpen',
	],
	[
		'agentsFlare',
		404,
		{ error: { code: 'InvalidEndpointOrModel.NotFound', message: 'none' } },
		'<UNKNOWN> (none)',
		'InvalidEndpointOrModel.NotFound',
	],
	[
		'agentsFlare',
		429,
		{ error: { code: 'ModelAccountRpmRateLimitExceeded', message: 'slow' } },
		`${summaryOf('rateLimited')} (slow; it asks to wait 3600 seconds)`,
		'ModelAccountRpmRateLimitExceeded',
	],
	[
		'agentsFlare',
		429,
		{ error: { code: 'QuotaExceeded', message: 'The request has exceeded the quota.' } },
		`${summaryOf('rateLimited')} (The request has exceeded the quota.; it asks to wait 3600 seconds)`,
		'QuotaExceeded',
	],
	[
		'agentsFlare',
		429,
		{ error: { code: 'QuotaExceeded', message: 'You have exceeded the weekly usage quota.' } },
		`${summaryOf('balanceExhausted')} (You have exceeded the weekly usage quota.)`,
		'QuotaExceeded',
	],
	[
		'agentsFlare',
		429,
		{
			error: {
				code: 'QuotaExceeded',
				message: 'Your account has exhausted its free trial quota for the model.',
			},
		},
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (Your account has exhausted its free trial quota for the model.)`,
		'QuotaExceeded',
	],
	[
		'agentsFlare',
		429,
		{ error: { code: 'SetLimitExceeded', message: 'The model service has been paused.' } },
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (The model service has been paused.)`,
		'SetLimitExceeded',
	],
	[
		'agentsFlare',
		403,
		{ error: { code: 'OperationDenied.ServiceOverdue', message: 'overdue' } },
		`${summaryOf('balanceExhausted')} (overdue)`,
		'OperationDenied.ServiceOverdue',
	],
	[
		'agentsFlare',
		403,
		{ error: { code: 'OperationDenied.ServiceNotOpen', message: 'closed' } },
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (closed)`,
		'OperationDenied.ServiceNotOpen',
	],
	[
		'agentsFlare',
		403,
		{ error: { code: 'OperationDenied.PermissionDenied', message: 'closed' } },
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (closed)`,
		'OperationDenied.PermissionDenied',
	],
	[
		'agentsFlare',
		404,
		{ error: { code: 'UnsupportedModel', message: 'not here' } },
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (not here)`,
		'UnsupportedModel',
	],
	[
		'agentsFlare',
		429,
		{ statusCode: 429, message: 'Insufficient balance' },
		`${summaryOf('balanceExhausted')} (Insufficient balance)`,
		'balanceExhausted',
	],
	[
		'agentsFlare',
		500,
		{ error: { code: 'InternalServiceError', message: 'oops' } },
		`${summaryOf('gatewayFailed')} (oops)`,
		'InternalServiceError',
	],
	[
		'agentsFlare',
		200,
		{ error: { code: 'InternalServiceError', message: 'oops <KEY>' } },
		`${summaryOf('gatewayFailed')} (oops …)`,
		'InternalServiceError',
	],
	[
		'agentsFlare',
		200,
		{ data: [] },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'agentsFlare',
		200,
		{ data: [{ url: 'ftp://files.test/fox.jpeg' }] },
		`${summaryOf('answerLost')} (the answer was not understood`,
		'answerLost',
	],
	[
		'agentsFlare',
		200,
		{ data: [{ error: { code: 'OutputImageSensitiveContentDetected', message: 'no' } }] },
		`${summaryOf('contentRefused')} (no)`,
		'OutputImageSensitiveContentDetected',
	],
];

const shapes = SHAPES.map(
	([gateway, status, body, message, code], place): Row => ({
		gateway,
		node: 'Seedream',
		operation: 'generate',
		fault: `${place}: HTTP ${status} ${JSON.stringify(body)}`,
		onError: 'continueRegularOutput',
		submit: [{ status, headers: { 'retry-after': '3600' }, body }],
		expect: {
			paid: 0,
			submits: 1,
			items: ['error'],
			message: `${GATEWAY_NAMES[gateway]}: ${message}`.replace(
				': <UNKNOWN>',
				` ${summaryOf('modelUnknown', { model: '<MODEL>' })}`,
			),
			...(code ? { code } : {}),
		},
	}),
);

/** Answers of /create that are a task, or none, in an odd way. */
const TASKS: ReadonlyArray<
	readonly [fault: string, answer: SandboxFault, expected: Row['expect']]
> = [
	[
		'a task without an id',
		{ status: 200, body: { code: 0, status: 'idle', url: null } },
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: `${summaryOf('answerLost')} (the answer was not understood`,
		},
	],
	[
		'a task whose id is an object',
		{ status: 200, body: { code: 0, id: {}, status: 'idle' } },
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: `${summaryOf('answerLost')} (the answer was not understood`,
		},
	],
	[
		'a task that has failed at once',
		{
			status: 200,
			body: { code: 0, id: '687fbd658a5526000178d729', status: 'failed', message: 'no <KEY>' },
		},
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: `GPTunnel: ${summaryOf('taskFailed')} (no …) [task 687fbd658a5526000178d729] [item 0]`,
			taskId: true,
		},
	],
	[
		'a task in spite of a refusal by the filter',
		{ status: 200, body: { code: 1001, id: '687fbd658a5526000178d729', message: 'Sensitive' } },
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: `GPTunnel: ${summaryOf('contentRefused')} (Sensitive) [task 687fbd658a5526000178d729] [item 0]`,
			taskId: true,
		},
	],
	[
		'a task in spite of an internal failure',
		{ status: 200, body: { code: 1, id: '687fbd658a5526000178d729', message: 'Internal' } },
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: `GPTunnel: ${summaryOf('gatewayFailed')} (Internal) [task 687fbd658a5526000178d729] [item 0]`,
			description: 'not lost',
			taskId: true,
		},
	],
	[
		'a task in spite of HTTP 500',
		{ status: 500, body: { code: 500, id: '687fbd658a5526000178d729', message: 'Internal' } },
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: '[task 687fbd658a5526000178d729] [item 0]',
			description: 'not lost',
			taskId: true,
		},
	],
	[
		'a task in spite of heavy load',
		{ status: 200, body: { code: 6, id: '687fbd658a5526000178d729', message: 'Heavy load' } },
		{
			paid: 0,
			submits: 1,
			looks: 0,
			message: `GPTunnel: ${summaryOf('rateLimited')} (Heavy load) [task 687fbd658a5526000178d729] [item 0]`,
			description: 'not lost',
			taskId: true,
		},
	],
];

const tasks = GENERATES.flatMap((service) =>
	TASKS.map(
		([fault, answer, expected]): Row => ({ ...service, fault, submit: [answer], expect: expected }),
	),
);

const created: Row[] = CREATES.map((service) => ({
	...service,
	fault: 'a task that is done at once',
	submit: [
		{
			status: 200,
			body: { code: 0, id: '687fbd658a5526000178d729', status: 'done', url: '<LINK>' },
		},
	],
	expect: { paid: 0, submits: 1, looks: 0, downloads: 0, items: ['succeeded'], files: 0 },
}));

const withKey: Row[] = CREATES.map((service) => ({
	...service,
	fault: 'a task whose state, model and id have the key in them',
	submit: [
		{
			status: 200,
			body: { code: 0, id: 'task-<KEY>', model: '<KEY>', status: 'idle <KEY>', url: null },
		},
	],
	expect: { paid: 0, submits: 1, looks: 0, downloads: 0, items: ['running'] },
}));

/** What the gateways answer when they do not do what they were asked to. */
export const refusals: Row[] = [...codes, ...shapes, ...tasks, ...created, ...withKey];
