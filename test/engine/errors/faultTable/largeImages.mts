import type { INodeParameters } from 'n8n-workflow';
import type { SandboxGateway } from '../../../../sandbox/sandbox.mjs';
import { adviceOf, NOTHING_CHARGED, summaryOf } from '../../../support/wording.mjs';
import { GATEWAY_NAMES, NO_RESULT, type Row, type Service, TIMEOUT, times } from './table.mjs';

const BYTES_BEFORE_FAULT = 20_000_000;
/** Far more than stays in the text of a response. */
const LARGE_BYTES = 2_000_000;
const BYTES_OF_IMAGE = 5_000_000;

/** The beginning of an image, whatever follows. */
const PNG = Buffer.from(
	'89504e470d0a1a0a0000000d4948445200000040000000400802000000' + '25'.repeat(40),
	'hex',
);
const base64Of = (bytes: number) => Buffer.concat([PNG], bytes).toString('base64');
const BASE64 = base64Of(LARGE_BYTES);

/** Where an image comes inside the response, which is in memory nowhere. */
const SERVICES: ReadonlyArray<Service & { write: (base64: string, more?: string) => string }> = [
	{
		gateway: 'gptunnel',
		node: 'Seedream',
		operation: 'generate',
		write: (base64, more = '') =>
			`{"code":0,"id":"687fbd658a5526000178d729","status":"done","result":"${base64}"${more}}`,
	},
	...(['agentsFlare', 'modelArk'] as const).map((gateway) => ({
		gateway,
		node: 'Seedream' as const,
		operation: 'generate' as const,
		write: (base64: string, more = '') =>
			`{"created":1796000000,"data":[{"b64_json":"${base64}","size":"2048x2048"}]${more}}`,
	})),
];

/** In one response, and not as a stream. */
const AT_ONCE = { responseFormat: 'base64', stream: false };

const JSON_TYPE = { 'content-type': 'application/json' };

const unreadable = (gateway: SandboxGateway) => ({
	submits: 1,
	message: `${GATEWAY_NAMES[gateway]}: ${summaryOf('answerLost')} (`,
	description: adviceOf('answerLost'),
});

/** What is wrong with a response that has begun as a good one: a file is in n8n's store by then, and in no item. */
const responses = SERVICES.flatMap(({ write, ...service }): Row[] => {
	const { gateway } = service;
	const options = AT_ONCE;
	const spoilt = (fault: string, body: string, headers = {}): Row => ({
		...service,
		fault,
		options,
		submit: [{ status: 200, headers: { ...JSON_TYPE, ...headers }, body }],
		expect: { paid: 0, ...unreadable(gateway) },
	});
	return [
		{
			...service,
			fault: 'a large image is cut in the middle',
			options,
			behaviour: { file: { head: PNG, length: LARGE_BYTES } },
			submit: ['half'],
			expect: { paid: 1, ...unreadable(gateway) },
		},
		{
			...service,
			fault: 'a large image stops in the middle',
			options: { ...options, timeout: TIMEOUT },
			behaviour: { file: { head: PNG, length: LARGE_BYTES } },
			submit: ['silent'],
			expect: {
				paid: 1,
				submits: 1,
				message: `${GATEWAY_NAMES[gateway]}: ${summaryOf('timedOut')} (${NO_RESULT})`,
			},
		},
		spoilt('what is no base64 after 20 MB', write(`${base64Of(BYTES_BEFORE_FAULT)}!`)),
		spoilt('two images in one text', write(`${BASE64}==${BASE64}`)),
		{
			...spoilt('an image that is longer than the response says', ''),
			submit: [
				{
					status: 200,
					headers: { ...JSON_TYPE, 'content-length': '30000' },
					body: write(BASE64),
					endless: true,
				},
			],
		},
	];
});

const WORDS = 'The size is wrong';

/** A refusal is told, whatever it repeats before it says why; and an image is an image, whatever is said after it. */
const refusals = SERVICES.flatMap(({ write, ...service }): Row[] => {
	const common = { ...service, options: AT_ONCE };
	const repeated = (base64: string) =>
		`{"error":{"code":"InvalidParameter","param":"data:image/png;base64,${base64}","message":"${WORDS}"}}`;
	const answer = (status: number, body: string) => [{ status, headers: JSON_TYPE, body }];
	return [
		{
			...common,
			fault: 'a refusal that repeats a large image, under HTTP 200',
			submit: answer(200, repeated(BASE64)),
			expect: { paid: 0, submits: 1, message: WORDS },
		},
		{
			...common,
			fault: 'a refusal that repeats an image, under HTTP 400',
			// Of an error its beginning is read, and no more.
			submit: answer(400, repeated(BASE64.slice(0, 50_000))),
			expect: { paid: 0, submits: 1, message: WORDS, description: NOTHING_CHARGED },
		},
		{
			...common,
			fault: 'words of a refusal after a large image',
			submit: answer(200, write(BASE64, `,"error":{"code":"InternalError","message":"${WORDS}"}`)),
			expect: { paid: 0, submits: 1, items: ['succeeded'] },
		},
	];
});

/** An event with a whole image was the one that counts, whatever became of the next one. */
const streams = SERVICES.filter(({ gateway }) => gateway !== 'gptunnel').flatMap(
	({ write: _, ...service }): Row[] =>
		(['half', 'silent'] as const).map((fault) => ({
			...service,
			fault: `a stream ends after an image: ${fault}`,
			options: {
				responseFormat: 'base64',
				// The image has to come before that, however busy the machine is.
				...(fault === 'silent' ? { timeout: 5 * TIMEOUT } : {}),
			},
			behaviour: { file: { head: PNG, length: BYTES_OF_IMAGE } },
			submit: [fault],
			expect: { paid: 1, submits: 1, items: ['succeeded'] },
		})),
);

const withImage = (url: string): INodeParameters => ({
	images: { image: [{ source: 'url', url }] },
});

/** The gateway has not got the whole request, so it cannot have accepted it. */
const inputs = (
	[
		{ gateway: 'agentsFlare', node: 'Seedream', operation: 'generate' },
		{ gateway: 'modelArk', node: 'Seedream', operation: 'generate' },
		{ gateway: 'agentsFlare', node: 'GptImage', operation: 'generate' },
	] satisfies Service[]
).flatMap((service): Row[] => {
	const common = { ...service, parametersFor: withImage };
	const gateway = GATEWAY_NAMES[service.gateway];
	return [
		{
			...common,
			fault: 'an input image breaks off while it is sent',
			file: ['none', 'half'],
			expect: { paid: 1, submits: 2, items: ['succeeded'] },
		},
		{
			...common,
			fault: 'an input image always breaks off while it is sent',
			file: ['none', ...times(9, 'half')],
			expect: {
				paid: 0,
				submits: 3,
				message: 'image 1 could not be read from its link',
				description: NOTHING_CHARGED,
			},
		},
		{
			...common,
			fault: 'an input image breaks off each time that one try sends it',
			file: ['none', ...times(3, 'half')],
			tries: 2,
			expect: { paid: 1, submits: 4, runs: 2, items: ['succeeded'] },
		},
		{
			...common,
			fault: 'an input image stops while it is sent',
			file: ['none', 'silent'],
			// It has to be read once before, however busy the machine is.
			options: { timeout: 3 * TIMEOUT },
			expect: {
				paid: 0,
				submits: 1,
				message: `${gateway}: ${summaryOf('notSent')} (`,
				description: NOTHING_CHARGED,
			},
		},
		{
			...common,
			fault: 'an input image is another one when it is sent',
			file: ['none', { status: 200, headers: { 'content-type': 'image/png' }, body: PNG }],
			expect: {
				paid: 0,
				message: 'image 1 is not the same any more',
			},
		},
	];
});

/** Images that are never in memory as a whole: inside a response, and inside a request. */
export const largeImages: Row[] = [...responses, ...refusals, ...streams, ...inputs];
