import { Readable } from 'node:stream';

import { agentsFlare } from '../../../nodes/shared/gateways/agentsFlare/index.js';
import { extractErrorDetails } from '../../../nodes/shared/gateways/errorDetails.js';
import type { Gateway } from '../../../nodes/shared/gateways/types.js';
import { gptunnel } from '../../../nodes/shared/gateways/gptunnel/index.js';
import { modelArk } from '../../../nodes/shared/gateways/modelArk/index.js';
import { myRouter } from '../../../nodes/shared/gateways/myRouter/index.js';
import { startDeadline } from '../../../nodes/shared/time/deadline.js';
import {
	toApiResponse,
	MAX_STATE_BYTES,
	readApiResponse,
} from '../../../nodes/shared/transport/body.js';
import { describeFailure } from '../../../nodes/shared/errors/messages.js';
import { isHeartbeat } from '../../../nodes/shared/transport/parseBody.js';
import { signedLinkExpiry } from '../../../nodes/shared/media/url.js';
import type { GenerationMetadata } from '../../../nodes/shared/generation/result.js';
import { parseRetryAfter } from '../../../nodes/shared/transport/retryAfter.js';
import { toResultItem } from '../../../nodes/shared/output/resultItem.js';
import { request } from '../../property/support/recorded.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

const responseOf = (body: Readable, httpStatus = 200) => ({
	httpStatus,
	contentType: '',
	isWhole: true,
	body,
});
const bodyOf = (text: string | Buffer, httpStatus = 200): unknown =>
	toApiResponse(responseOf(Readable.from([]), httpStatus), Buffer.from(text)).body;

const GOOD = {
	code: 0,
	id: 'a',
	url: 'https://files.test/1.png',
	lines: 'one\n: two\ndata: three',
};

/** What proxies and gateways send around the JSON of an answer that comes whole. */
const AROUND: ReadonlyArray<readonly [name: string, before: string, after?: string]> = [
	['a comment', ': PING\n\n'],
	['many comments, in both kinds of line breaks', ': PING\r\n\r\n:\n\n: keep-alive\r\n\r\n'],
	['blank lines and spaces', '\n\n \r\n\t\n'],
	['a byte-order mark', '\uFEFF'],
	['two byte-order marks', '\uFEFF\uFEFF'],
	['a byte-order mark before a comment', '\uFEFF: PING\n\n'],
	['a byte-order mark after a comment', ': PING\n\n\uFEFF'],
	['an event that says nothing', 'event: ping\ndata: {"type":"ping"}\n\n'],
	['the fields of a stream that begins', 'retry: 3000\nid: 1\n\n'],
	['an event around it', 'data: ', '\n\n'],
	[
		'a named event around it, and the end of a stream',
		'event: message\ndata:',
		'\n\ndata: [DONE]\n\n',
	],
	['progress before the event around it', 'data: {"status":"idle"}\n\ndata: ', '\n\n'],
	['a comment after it', '', '\n\n: PING\n\n'],
];

describe('what stands around the JSON of an answer', () => {
	it.each(AROUND)('%s is passed over', (_name, before, after = '') => {
		expect(bodyOf(before + JSON.stringify(GOOD) + after)).toEqual(GOOD);
	});

	it.each(AROUND.filter(([, before]) => !before.endsWith('data: ') && !before.endsWith('data:')))(
		'%s, before JSON over many lines',
		(_name, before, after = '') => {
			expect(bodyOf(before + JSON.stringify(GOOD, null, 2) + after, 400)).toEqual(GOOD);
		},
	);

	it.each([
		'',
		'PING',
		'<html>\ndata: {"a":1}x\n</html>',
		': PING\n\n',
		'data: [DONE]\n\n',
		': PING\n\n{"id":',
	])('%j has no JSON, and stays a text', (text) => {
		expect(bodyOf(text)).toBe(text);
	});

	it.each([
		['PING', true],
		['{"type": "ping"}', true],
		['', true],
		['{}', true],
		['[DONE]', false],
		['{"type":"error"}', false],
		['https://files.test/ping', false],
	])('the data %j of an event says nothing: %s', (data, message) => {
		expect(isHeartbeat(data)).toBe(message);
	});
});

describe('integers that no number holds', () => {
	it.each([
		['{"task_id":7412345678901234567}', { task_id: '7412345678901234567' }],
		[
			'{"a":[ -9223372036854775808 ,9007199254740991,1.5e300,18446744073709551615]}',
			{ a: ['-9223372036854775808', 9007199254740991, 1.5e300, '18446744073709551615'] },
		],
		['7412345678901234567', '7412345678901234567'],
		[
			String.raw`{"say\"":"\\\": 7412345678901234567, \\","id":7412345678901234567}`,
			{ 'say"': String.raw`\": 7412345678901234567, ` + '\\', id: '7412345678901234567' },
		],
		[`: PING\n\n{"id":7412345678901234567}`, { id: '7412345678901234567' }],
		['{"7412345678901234567":1}', { '7412345678901234567': 1 }],
	])('%s keeps its digits', (json, expected) => {
		expect(bodyOf(json)).toEqual(expected);
	});

	it('one that is nested as deep as a text can be is kept, too', () => {
		const text = `${'['.repeat(1000)}7412345678901234567${']'.repeat(1000)}`;
		expect(JSON.stringify(bodyOf(text))).toContain('"7412345678901234567"');
	});

	it.each([
		[gptunnel, { code: 0, status: 'idle' }, 'id'],
		[myRouter, {}, 'task_id'],
		[myRouter, {}, 'id'],
		[modelArk, {}, 'id'],
		[agentsFlare, {}, 'id'],
	] as const)('a task of %o has its own id', ({ seedance }, more, name) => {
		const json = JSON.stringify({ ...more, [name]: 0 }).replace(
			`"${name}":0`,
			`"${name}":7412345678901234567`,
		);
		expect(seedance?.parseResponse(bodyOf(json), request).metadata.taskId).toBe(
			'7412345678901234567',
		);
	});

	it('one in an event of a stream loses nothing besides', () => {
		const reader = modelArk.seedream?.createStreamParser?.(request);
		const event =
			'{"type":"image_generation.partial_succeeded","image_index":0,"seed":7412345678901234567,"url":"https://files.test/1.png"}';
		expect(reader?.parseResponse(event)).toEqual([
			{ index: 0, source: { url: 'https://files.test/1.png' } },
		]);
	});
});

describe('how large an answer may be', () => {
	/** Many times `piece`, in pieces of a megabyte at most. */
	const endless = (piece: string, bytes: number) =>
		Readable.from(
			(function* () {
				const chunk = Buffer.from(piece.repeat(Math.ceil(2 ** 16 / piece.length)));
				for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
			})(),
		);

	it.each([
		['', MAX_STATE_BYTES, '2 MB'],
		['of which more was allowed', 3 * 1024 * 1024, '3 MB'],
	])('a good one %s is refused beyond it', async (_name, most, told) => {
		const deadline = startDeadline(60);
		const body = endless(' ', 2 ** 40);
		await expect(
			readApiResponse(responseOf(body), deadline, { maxBytes: most }),
		).rejects.toMatchObject({
			failure: { kind: 'answerLost', message: `the answer is larger than ${told}` },
		});
		expect(body.destroyed).toBe(true);
		deadline.close();
	});

	it('of a refusal without end the status and the beginning are read', async () => {
		const deadline = startDeadline(60);
		const body = endless('<title>Key not found</title>', 2 ** 40);
		const answer = await readApiResponse(responseOf(body, 401), deadline);
		expect(body.destroyed).toBe(true);
		expect(String(answer.body).length).toBe(MAX_STATE_BYTES);
		expect(agentsFlare.parseError(answer)).toMatchObject({ kind: 'keyNotAccepted' });
		deadline.close();
	});

	const parts = `[${'{},'.repeat(400_000)}{}]`;
	it('parts are counted before many are made', () => {
		expect(() => bodyOf(parts)).toThrow('the answer is too large: it has more than 100000 parts');
		expect(bodyOf(parts, 500)).toBe(parts);
		const nested = '['.repeat(2_000_000);
		expect(() => bodyOf(nested)).toThrow('more than 100000 parts');
	});

	it('a file of megabytes in base64 is one part', () => {
		const b64_json = 'A9b/'.repeat(500_000);
		expect(bodyOf(JSON.stringify({ data: [{ b64_json }] }))).toEqual({ data: [{ b64_json }] });
	});

	it('an event of too many parts is passed over', () => {
		expect(
			modelArk.seedream?.createStreamParser?.(request).parseResponse(`{"data":${parts}}`),
		).toEqual([]);
	});
});

describe('the words of a refusal', () => {
	it.each<readonly [name: string, body: unknown, message: string, code?: string]>([
		['FastAPI, a text', { detail: 'Size is too large' }, 'Size is too large'],
		[
			'FastAPI, a list',
			{
				detail: [
					{ loc: ['body', 'prompt'], msg: 'field required', type: 'value_error' },
					{ loc: ['body', 'n'], msg: 'too many' },
				],
			},
			'body.prompt: field required; body.n: too many',
		],
		[
			'NestJS',
			{
				statusCode: 400,
				message: ['size must be a string', 'n must be a number'],
				error: 'Bad Request',
			},
			'size must be a string; n must be a number',
		],
		[
			'Volcengine',
			{
				ResponseMetadata: {
					RequestId: '1',
					Error: { Code: 'InvalidParameter.Size', Message: 'The size is wrong' },
				},
			},
			'The size is wrong',
			'InvalidParameter.Size',
		],
		[
			'Cloudflare',
			{
				success: false,
				errors: [{ code: 10000, message: 'Authentication error' }],
				messages: [],
				result: null,
			},
			'Authentication error',
			'10000',
		],
		[
			'OAuth',
			{ error: 'invalid_client', error_description: 'Client is unknown' },
			'Client is unknown',
		],
		[
			'RFC 7807',
			{ type: 'https://errors.test/size', title: 'Bad size', status: 422, detail: '9K is no size' },
			'Bad size: 9K is no size',
		],
		[
			'RFC 7807, a title alone',
			{ type: 'about:blank', title: 'Unprocessable Entity', status: 422 },
			'Unprocessable Entity',
		],
		[
			'Google',
			[{ error: { code: 400, message: 'Bad prompt', status: 'INVALID_ARGUMENT' } }],
			'Bad prompt',
			'400',
		],
		[
			'Laravel',
			{ message: 'The given data was invalid.', errors: { size: ['The size field is required.'] } },
			'The given data was invalid.',
		],
		['a list of texts', { errors: ['No size', 'No prompt'] }, 'No size; No prompt'],
		['an error in an error', { error: { error: { message: 'deep' } } }, 'deep'],
		['a message that is an object', { message: { message: 'inside', code: 'E1' } }, 'inside', 'E1'],
		[
			'a type beside a message',
			{ error: { type: 'invalid_request' }, message: 'Size is wrong' },
			'Size is wrong',
		],
		[
			'another shape',
			{ ok: false, info: { why: 'unpaid' } },
			'HTTP status 422: {"ok":false,"info":{"why":"unpaid"}}',
		],
		[
			'another shape with a code',
			{ code: 17, info: 'unpaid' },
			'HTTP status 422: {"code":17,"info":"unpaid"}',
			'17',
		],
		['a code alone', { code: 17 }, 'HTTP status 422', '17'],
		['nothing', {}, 'HTTP status 422'],
		[
			'without end',
			JSON.parse(`${'{"error":'.repeat(5000)}1${'}'.repeat(5000)}`),
			'HTTP status 422: it is nested too deeply',
		],
	])('%s', (_name, body, message, ...[code]) => {
		expect(extractErrorDetails({ httpStatus: 422, body })).toEqual({
			message,
			...(code === undefined ? {} : { code }),
		});
	});

	it('another shape is shortened', () => {
		expect(
			extractErrorDetails({ httpStatus: 400, body: { pad: 'x'.repeat(10_000) } }).message.length,
		).toBeLessThan(250);
	});

	it('names in it are not taken for words', () => {
		expect(
			myRouter.parseError({ httpStatus: 400, body: { ok: false, balance: 12 } }),
		).toMatchObject({ kind: 'invalidInput' });
	});
});

describe('what a refusal is for besides the key', () => {
	it.each<readonly [status: number, message: string, kind: string]>([
		[
			403,
			'Your organization must be verified to use the model `gpt-image-1`.',
			'modelNotAvailable',
		],
		[403, 'Please verify your account first', 'modelNotAvailable'],
		[403, 'Country, region, or territory not supported', 'accessDenied'],
		[403, 'The service has not been activated', 'modelNotAvailable'],
		[403, 'Service not open', 'modelNotAvailable'],
		[403, 'You do not have access to the model', 'modelNotAvailable'],
		[403, 'Your IP is not in the whitelist', 'accessDenied'],
		[403, 'This account has been suspended', 'accessDenied'],
		[403, 'Forbidden', 'keyNotAccepted'],
		[407, 'Proxy Authentication Required', 'notReachable'],
		[413, 'Payload Too Large', 'invalidInput'],
		[451, 'Unavailable For Legal Reasons', 'accessDenied'],
	])('HTTP status %i with "%s" is %s', (httpStatus, message, kind) => {
		for (const gateway of [gptunnel, myRouter, agentsFlare, modelArk]) {
			expect(
				gateway.parseError({ httpStatus, body: { error: { message, code: null } } }),
			).toMatchObject({ kind, message, httpStatus });
		}
	});

	it.each([
		[
			403,
			'Country, region, or territory not supported',
			summaryOf('accessDenied'),
			'The key need not be wrong',
		],
		[407, 'No', 'a proxy on the way to the gateway wants a login', 'network of the n8n server'],
		[413, 'Too large', summaryOf('invalidInput'), 'fewer or smaller images'],
	])('HTTP status %i is told with what to do', (httpStatus, message, happened, next) => {
		const failure = modelArk.parseError({ httpStatus, body: { message } });
		const told = failure && describeFailure(failure, { gateway: 'ModelArk', itemIndex: 0 });
		expect(told?.message).toContain(happened);
		expect(told?.description).toContain(next);
		expect(told?.description).toContain(NOTHING_CHARGED);
	});
});

const GATEWAYS: readonly Gateway[] = [gptunnel, myRouter, agentsFlare, modelArk];

it.each(GATEWAYS.map((gateway) => [gateway.name, gateway] as const))(
	'%s: a website, and a redirect, tell of the base URL',
	(_name, gateway) => {
		const page = '<!doctype html><title>Welcome</title>';
		expect(gateway.parseError({ httpStatus: 200, body: page })).toMatchObject({
			kind: 'answerLost',
			message: 'the answer was not understood: Welcome',
			detail: expect.stringContaining('base URL'),
		});
		for (const body of ['', '<title>Moved</title>', { message: 'Moved' }]) {
			const moved = gateway.parseError({
				httpStatus: 301,
				body,
				location: 'https://api.new.test/v1/',
			});
			expect(moved).toMatchObject({
				kind: 'notReachable',
				message: expect.stringContaining('it leads to https://api.new.test/v1/'),
			});
		}
	},
);

describe('one odd value takes nothing else along', () => {
	const usage = {
		total_tokens: 7,
		output: { images: 1 },
		note: 'free',
		none: null,
		list: [1],
		large: '18446744073709551615',
	};
	const files = [{ url: 'https://files.test/1.png' }];
	it.each<readonly [string, GenerationMetadata | undefined]>([
		['Seedream', modelArk.seedream?.parseResponse({ data: files, usage }, request).metadata],
		[
			'GPT Image',
			myRouter.gptImage?.parseResponse(
				{ data: files, usage },
				{ ...request, size: '1K', options: {} },
			).metadata,
		],
		[
			'Seedance',
			modelArk.seedance?.tasks?.parseResponse({
				httpStatus: 200,
				body: { id: 'a', status: 'running', usage },
			}).metadata,
		],
	])('the counts of %s', (_name, facts) => {
		expect(facts?.usage).toEqual({ total_tokens: 7 });
	});

	it('an issue among others', () => {
		const issues = [{ path: null, message: 5 }, null, { path: 'size', message: 'is wrong' }];
		expect(
			gptunnel.parseError({ httpStatus: 200, body: { code: 3, message: 'Invalid input', issues } }),
		).toMatchObject({ message: 'Invalid input; size: is wrong' });
		const models = [null, { path: 'model', expected: "'seedance-1' | 'seedance-2'" }];
		expect(
			gptunnel.seedance?.modelList?.parseResponse({
				httpStatus: 200,
				body: { code: 3, issues: models },
			}),
		).toEqual(['seedance-1', 'seedance-2']);
	});

	it('a number of a layer that is a text', () => {
		const body = {
			data: [
				{
					url: 'https://files.test/1.png',
					z_index: '1',
					name: 'Fox',
					bounding_box: { absolute: ['0', 1, 2, 3] },
				},
			],
		};
		expect(modelArk.seedream?.parseResponse(body, request).files[0]?.layer).toEqual({
			zIndex: 1,
			name: 'Fox',
			box: [0, 1, 2, 3],
		});
	});

	it('an entry of a list of tasks', () => {
		const items = [
			null,
			{ id: 'a', status: null },
			{ id: 7, status: 'running', content: 5, error: [], usage: 'x', created_at: 'soon' },
		];
		expect(modelArk.seedance?.tasks?.list?.parseResponse({ total: 3, items })).toMatchObject({
			entries: 3,
			total: 3,
			tasks: [{ metadata: { taskId: 'a' } }, { metadata: { taskId: '7' } }],
		});
	});
});

describe('numbers that become dates', () => {
	const source = {
		itemIndex: 0,
		gatewayName: myRouter.name,
		endOf: () => undefined,
		binaryField: 'data',
	};
	const shown = (metadata: GenerationMetadata, url = 'https://files.test/1.mp4') =>
		toResultItem({
			source,
			redact: String,
			taskId: 'a',
			metadata,
			file: { index: 0, source: { url } },
		}).json;

	it.each([8.64e15, 1e12, Number.MAX_VALUE])(
		'a lifetime of %d seconds is none',
		(urlTtlSeconds) => {
			expect(
				shown({ status: 'succeeded', createdAt: new Date(), urlTtlSeconds }).expiresAt,
			).toBeUndefined();
		},
	);

	it.each(['8640000000000', '1e300', '9999999999'])(
		'a signature that lasts %s seconds has no end',
		(seconds) => {
			expect(
				signedLinkExpiry(
					`https://files.test/?X-Tos-Date=20260101T000000Z&X-Tos-Expires=${seconds}`,
				),
			).toBeUndefined();
		},
	);

	it.each([1e300, 8.64e15, -1, 0, 1.7e12])(
		'a task that was created at %d was created some time',
		(created_at) => {
			const outcome = modelArk.seedance?.tasks?.parseResponse({
				httpStatus: 200,
				body: { id: 'a', status: 'running', created_at },
			});
			expect(outcome?.metadata).toEqual({
				taskId: 'a',
				status: 'running',
				gatewayStatus: 'running',
				urlTtlSeconds: 86400,
			});
		},
	);

	it.each(['9'.repeat(400), '1e99', 'Sat, 01 Jan 275000 00:00:00 GMT'])(
		'Retry-After: %s is a time at most',
		(header) => {
			expect(parseRetryAfter(header, Date.now()) ?? 0).toBeLessThanOrEqual(365 * 24 * 60 * 60);
		},
	);
});
