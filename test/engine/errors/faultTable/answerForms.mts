import type { SandboxGateway } from '../../../../sandbox/sandbox.mjs';
import { BUYERS, CREATES, GATEWAY_NAMES, GETS, refusal, type Row, SYNCHRONOUS } from './table.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../../support/wording.mjs';

/** What proxies send around the JSON of an answer. */
const AROUND: ReadonlyArray<readonly [name: string, around: { before: string; after?: string }]> = [
	['a heartbeat', { before: ': PING\n\n' }],
	['a byte-order mark', { before: '\uFEFF' }],
	['an event', { before: 'event: message\ndata: ', after: '\n\ndata: [DONE]\n\n' }],
];

const surrounded = [...BUYERS, ...GETS].flatMap((service) =>
	AROUND.map(([name, around]): Row => {
		const paid = service.operation === 'getResult' ? 0 : 1;
		const state = service.operation === 'createTask' ? 'queued' : 'succeeded';
		return {
			...service,
			fault: `${name} around every answer`,
			behaviour: { around },
			expect: { paid, items: [state] },
		};
	}),
);

/** Refusals with words where other gateways and proxies have them. */
const WORDS: ReadonlyArray<readonly [status: number, body: string, message: string]> = [
	[
		422,
		'{"detail":"Size <KEY> is too large"}',
		`${summaryOf('invalidInput')} (Size … is too large)`,
	],
	[
		422,
		'{"detail":[{"loc":["body","size"],"msg":"field required"}]}',
		`${summaryOf('invalidInput')} (body.size: field required)`,
	],
	[
		400,
		'{"statusCode":400,"message":["size is wrong","n is wrong"],"error":"Bad Request"}',
		`${summaryOf('invalidInput')} (size is wrong; n is wrong)`,
	],
	[
		400,
		'{"ResponseMetadata":{"Error":{"Code":"Size","Message":"Size is wrong"}}}',
		`${summaryOf('invalidInput')} (Size is wrong)`,
	],
	[
		400,
		'{"ok":false,"info":{"why":"<KEY>"}}',
		`${summaryOf('invalidInput')} (HTTP status 400: {"ok":false,"info":{"why":"…"}})`,
	],
	[400, ': PING\n\n{"message":"Size is wrong"}', `${summaryOf('invalidInput')} (Size is wrong)`],
	[
		403,
		'\uFEFF{"error":{"message":"Country, region, or territory not supported"}}',
		`${summaryOf('accessDenied')} (Country, region, or territory not supported)`,
	],
	[
		403,
		'{"message":"Your organization must be verified"}',
		`${summaryOf('modelNotAvailable', { model: '<MODEL>' })} (Your organization must be verified)`,
	],
	[
		407,
		'{"message":"No"}',
		`${summaryOf('notReachable')} (No; a proxy on the way to the gateway wants a login)`,
	],
	[
		401,
		`{"message":"No","pad":"${'x'.repeat(3_000_000)}"}`,
		`${summaryOf('keyNotAccepted')} (HTTP status 401: {"message":"No","pad":"xxx`,
	],
	[301, '', `${summaryOf('notReachable')} (HTTP status 301; it leads to https://new.test/v1)`],
];

const refused = SYNCHRONOUS.flatMap((service) =>
	WORDS.map(
		([status, body, message]): Row => ({
			...service,
			fault: `HTTP ${status} ${body.slice(0, 100)}`,
			submit: [
				{
					status,
					headers: {
						'content-type': 'application/json',
						...(status === 301 ? { location: 'https://new.test/v1' } : {}),
					},
					body,
				},
			],
			expect: {
				paid: 0,
				submits: 1,
				message: `${GATEWAY_NAMES[service.gateway]}: ${message}`,
				description: NOTHING_CHARGED,
			},
		}),
	),
);

const websites = SYNCHRONOUS.map(
	(service): Row => ({
		...service,
		fault: 'a website in place of the API',
		submit: [
			{
				status: 200,
				headers: { 'content-type': 'text/html' },
				body: '<!doctype html><title>Welcome</title>',
			},
		],
		expect: {
			paid: 0,
			submits: 1,
			message:
				'the answer was not understood: Welcome; it is a page of a website, so check the base URL in the credential',
		},
	}),
);

const large = CREATES.map(
	(service): Row => ({
		...service,
		fault: 'an order that is answered without end',
		submit: [{ status: 200, body: `{"id":"1","pad":"${'x'.repeat(3_000_000)}"}` }],
		expect: {
			paid: 0,
			submits: 1,
			message: `${summaryOf('answerLost')} (the answer is larger than 2 MB)`,
			description: 'may have been accepted',
		},
	}),
);

const limited = (gateway: SandboxGateway): Row => ({
	gateway,
	node: 'Seedream',
	operation: 'generate',
	fault: 'a heartbeat before a refusal for the moment',
	submit: [
		{
			status: 429,
			headers: { 'retry-after': '0.1' },
			body: `: PING\n\n${JSON.stringify(refusal(gateway, 429, 'Slow down'))}`,
		},
	],
	expect: { paid: 1, submits: 2, items: ['succeeded'] },
});

/** Answers in another form than the pages have, which say the same. */
export const answerForms: Row[] = [
	...surrounded,
	...refused,
	...websites,
	...large,
	...SYNCHRONOUS.map(({ gateway }) => limited(gateway)),
];
