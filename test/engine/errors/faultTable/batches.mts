import { encode } from 'eventsource-encoder';
import {
	BUYERS,
	GATEWAY_NAMES,
	GENERATES,
	refusal,
	type Row,
	type Service,
	SYNCHRONOUS,
	WAITS,
} from './table.mjs';
import { adviceOf, summaryOf } from '../../../support/wording.mjs';

/** The third of five items asks for a model that is not there. */
const oneRefused = (service: Service) => {
	const model = {
		gptunnel:
			service.node === 'Seedream'
				? 'seedream-4'
				: service.node === 'Seedance'
					? 'seedance-1-pro-480P-5s'
					: 'gpt-image-1-low',
		myRouter: 'seedream-4.0',
		agentsFlare: 'seedream-4-0-250828',
		modelArk: service.node === 'Seedream' ? 'seedream-4-0-250828' : 'seedance-1-0-pro-250528',
	}[service.gateway];
	return {
		model: {
			__rl: true,
			mode: 'id',
			value: `={{ $json.number === 2 ? "no-such-model" : "${model}" }}`,
		},
	};
};

const STATE = {
	generate: 'succeeded',
	createTask: 'queued',
	getResult: 'succeeded',
	waitUntilDone: 'succeeded',
} as const;

const refusedAmongFive = BUYERS.flatMap((service): Row[] => {
	const state = STATE[service.operation];
	const common = {
		...service,
		fault: 'the third of five items is refused',
		itemCount: 5,
		parameters: oneRefused(service),
	};
	const unknown = `${GATEWAY_NAMES[service.gateway]} ${summaryOf('modelUnknown', { model: 'no-such-model' })} (`;
	const message =
		service.gateway === 'agentsFlare'
			? `AgentsFlare: ${summaryOf('modelNotAvailable', { model: 'no-such-model' })} (`
			: unknown;
	const files = service.operation === 'createTask' ? 0 : 4;
	return [
		{
			...common,
			onError: 'continueRegularOutput',
			expect: { paid: 4, submits: 5, items: [state, state, 'error', state, state], files, message },
		},
		{
			...common,
			onError: 'continueErrorOutput',
			expect: {
				paid: 4,
				submits: 5,
				items: [state, state, state, state],
				errors: ['error'],
				files,
				message,
			},
		},
		{
			...common,
			onError: 'stopWorkflow',
			// One after the other: what comes after the failure is not bought.
			options: { maxConcurrency: 1 },
			expect: {
				paid: 2,
				submits: 3,
				items: [],
				message,
				description: `Also made or on its way: item 0: ${service.operation === 'createTask' ? 'task ' : 'http://127.0.0.1:'}`,
			},
		},
	];
});

const oneFails = GENERATES.flatMap((service): Row[] => {
	const common: Omit<Row, 'expect'> = {
		...service,
		fault: 'the third of five tasks fails',
		itemCount: 5,
		parameters: { prompt: '=Fox {{ $json.number }}' },
		behaviour: { taskEnd: ({ prompt }) => (prompt === 'Fox 2' ? 'failed' : 'done') },
	};
	const message = `GPTunnel: ${summaryOf('taskFailed')} (`;
	return [
		{
			...common,
			onError: 'continueRegularOutput',
			expect: {
				paid: 5,
				submits: 5,
				items: ['succeeded', 'succeeded', 'error', 'succeeded', 'succeeded'],
				message,
				taskId: true,
				code: 'taskFailed',
			},
		},
		{
			...common,
			onError: 'continueErrorOutput',
			expect: {
				paid: 5,
				submits: 5,
				items: ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
				errors: ['error'],
				message,
				taskId: true,
				code: 'taskFailed',
			},
		},
		{
			...common,
			expect: {
				paid: 5,
				submits: 5,
				message,
				description: 'Also made or on its way: ',
				taskId: true,
			},
		},
	];
});

const oneCut = SYNCHRONOUS.flatMap((service): Row[] => {
	const common: Omit<Row, 'expect'> = {
		...service,
		fault: 'the first of five answers is cut',
		itemCount: 5,
		options: { maxConcurrency: 1 },
		submit: ['reset'],
	};
	const message = `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('answerLost')} (`;
	return [
		{
			...common,
			onError: 'continueRegularOutput',
			expect: {
				paid: 5,
				submits: 5,
				items: ['error', 'succeeded', 'succeeded', 'succeeded', 'succeeded'],
				message,
				description: adviceOf('answerLost'),
			},
		},
		{
			...common,
			onError: 'continueErrorOutput',
			expect: {
				paid: 5,
				submits: 5,
				items: ['succeeded', 'succeeded', 'succeeded', 'succeeded'],
				errors: ['error'],
				message,
			},
		},
		{ ...common, expect: { paid: 1, submits: 1, message, description: adviceOf('answerLost') } },
	];
});

const oneLost = [...SYNCHRONOUS, ...WAITS].flatMap((service): Row[] => {
	const isBought = service.operation === 'generate';
	const common: Omit<Row, 'expect'> = {
		...service,
		fault: 'one of three files is gone',
		itemCount: 3,
		options: { maxConcurrency: 1 },
		// A task is asked for a fresh link once.
		file: [{ status: 404, body: 'gone' }, ...(isBought ? [] : [{ status: 404, body: 'gone' }])],
	};
	const paid = isBought ? 3 : 0;
	const message = `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('fileGone')} (`;
	return [
		{
			...common,
			onError: 'continueRegularOutput',
			expect: {
				paid,
				submits: paid,
				items: ['error', 'succeeded', 'succeeded'],
				message,
				description: 'Link: ',
			},
		},
		{
			...common,
			onError: 'continueErrorOutput',
			expect: {
				paid,
				submits: paid,
				items: ['succeeded', 'succeeded'],
				errors: ['error'],
				message,
				description: 'Link: ',
			},
		},
		{ ...common, expect: { paid: isBought ? 1 : 0, message, description: 'Link: ' } },
	];
});

/** While one waits to be sent again, another fails, and with it the node. */
const notSentAgain = BUYERS.map(
	(service): Row => ({
		...service,
		fault: 'one of two items is to be sent again when the other fails',
		itemCount: 2,
		submit: [
			{ status: 429, body: refusal(service.gateway, 429, 'slow down') },
			{ status: 401, body: refusal(service.gateway, 401, 'no') },
		],
		expect: {
			paid: 0,
			submits: 2,
			message: `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('keyNotAccepted')} (no) [item `,
		},
	}),
);

/** Sets of pictures. */
const SETS = SYNCHRONOUS.filter(({ gateway }) => gateway !== 'gptunnel');

const oneOfSet = SETS.flatMap((service): Row[] => {
	const common: Omit<Row, 'expect'> = {
		...service,
		fault: 'one file of a set of three is gone',
		options: { maxImages: 3 },
		file: [{ status: 404, body: 'gone' }],
	};
	const message = `${summaryOf('fileGone')} (the storage answered with HTTP status 404; picture `;
	return [
		{
			...common,
			onError: 'continueErrorOutput',
			expect: {
				paid: 1,
				submits: 1,
				downloads: 3,
				items: ['succeeded', 'succeeded'],
				errors: ['error'],
				message,
				description: 'Link: ',
				httpCode: '404',
			},
		},
		{
			...common,
			expect: {
				paid: 1,
				submits: 1,
				downloads: 3,
				message,
				description: 'Also made or on its way: item 0: http://127.0.0.1:',
				httpCode: '404',
			},
		},
	];
});

const AGENTSFLARE: Service = { gateway: 'agentsFlare', node: 'Seedream', operation: 'generate' };

const event = (type: string, content: object) =>
	encode({ event: type, data: JSON.stringify({ type, ...content }) });
const made = (index: number) =>
	event('image_generation.partial_succeeded', { image_index: index, url: '<LINK>', size: '64x64' });
const refused = (index: number) =>
	event('image_generation.partial_failed', {
		image_index: index,
		error: { code: 'OutputImageSensitiveContentDetected', message: 'sensitive <KEY>' },
	});
const completed = event('image_generation.completed', { usage: { generated_images: 3 } });
const streamed = (...events: string[]) => [
	{ status: 200, headers: { 'content-type': 'text/event-stream' }, body: events.join('') },
];

const FILTER = `AgentsFlare: ${summaryOf('contentRefused', { isPart: true })} (sensitive …; picture 2 of 5) [item 0]`;
const EARLY = `AgentsFlare: ${summaryOf('answerLost')} (the stream ended early, after 2 of 3 images; picture 3 of 3) [item 0]`;

const streams: Row[] = [
	{
		fault: 'two of five pictures are refused',
		options: { maxImages: 5 },
		submit: streamed(
			made(0),
			refused(1),
			made(2),
			refused(3),
			made(4),
			completed,
			'data: [DONE]\n\n',
		),
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 0,
			submits: 1,
			downloads: 3,
			items: ['succeeded', 'error', 'succeeded', 'error', 'succeeded'],
			message: FILTER,
		},
	},
	{
		fault: 'two of five pictures are refused',
		options: { maxImages: 5 },
		submit: streamed(
			made(0),
			refused(1),
			made(2),
			refused(3),
			made(4),
			completed,
			'data: [DONE]\n\n',
		),
		onError: 'continueErrorOutput' as const,
		expect: {
			paid: 0,
			submits: 1,
			downloads: 3,
			items: ['succeeded', 'succeeded', 'succeeded'],
			errors: ['error', 'error'],
			message: FILTER,
		},
	},
	{
		fault: 'two of five pictures are refused',
		options: { maxImages: 5 },
		submit: streamed(
			made(0),
			refused(1),
			made(2),
			refused(3),
			made(4),
			completed,
			'data: [DONE]\n\n',
		),
		expect: {
			paid: 0,
			submits: 1,
			downloads: 3,
			message: FILTER,
			description: 'Also made or on its way: item 0: http://127.0.0.1:',
		},
	},
	{
		fault: 'all pictures are refused',
		options: { maxImages: 2 },
		submit: streamed(refused(0), refused(1), completed),
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 0,
			submits: 1,
			downloads: 0,
			items: ['error', 'error'],
			message: `AgentsFlare: ${summaryOf('contentRefused')} (sensitive …; picture 1 of 2) [item 0]`,
		},
	},
	{
		fault: 'a stream that ends early',
		options: { maxImages: 3 },
		submit: streamed(made(0), made(1)),
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 0,
			submits: 1,
			downloads: 2,
			items: ['succeeded', 'succeeded', 'error'],
			message: EARLY,
		},
	},
	{
		fault: 'events of another kind',
		options: { maxImages: 3 },
		submit: streamed(
			': ping\n\n',
			event('image_generation.begun', {}),
			'data: fox\n\n',
			'data: []\n\n',
			made(0),
			made(1),
			made(2),
			completed,
		),
		expect: { paid: 0, submits: 1, downloads: 3, items: ['succeeded', 'succeeded', 'succeeded'] },
	},
	{
		fault: 'the key in what is told of a picture',
		options: { maxImages: 1 },
		submit: streamed(
			event('image_generation.partial_succeeded', {
				image_index: 0,
				url: '<LINK>',
				model: 'seedream <KEY>',
				size: '<KEY>',
			}),
			event('image_generation.completed', {
				model: 'seedream <KEY>',
				usage: { generated_images: 1, '<KEY>': 1 },
			}),
		),
		expect: { paid: 0, submits: 1, downloads: 1, items: ['succeeded'] },
	},
	{
		fault: 'a stream without one event that brings something',
		options: { maxImages: 1 },
		submit: streamed(': ping\n\n', 'data: fox\n\n'),
		expect: {
			paid: 0,
			submits: 1,
			downloads: 0,
			message: `AgentsFlare: ${summaryOf('answerLost')} (the stream ended early, after 0 of 1 images) [item 0]`,
		},
	},
	{
		fault: 'a stream that is complete and brought nothing',
		options: { maxImages: 1 },
		submit: streamed(completed, 'data: [DONE]\n\n'),
		expect: {
			paid: 0,
			submits: 1,
			downloads: 0,
			message: `AgentsFlare: ${summaryOf('answerLost')} (the stream was complete, but had no picture in it) [item 0]`,
			description: adviceOf('answerLost'),
		},
	},
	{
		fault: 'a failure of the whole stream at once',
		options: { maxImages: 3 },
		submit: streamed('data: {"error":{"code":"InternalServiceError","message":"oops <KEY>"}}\n\n'),
		expect: {
			paid: 0,
			submits: 1,
			downloads: 0,
			message: `AgentsFlare: ${summaryOf('gatewayFailed')} (oops …) [item 0]`,
		},
	},
	{
		fault: 'a failure of the whole stream after a picture',
		options: { maxImages: 3 },
		submit: streamed(
			made(0),
			'data: {"error":{"code":"InternalServiceError","message":"oops"}}\n\n',
		),
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 0,
			submits: 1,
			downloads: 1,
			items: ['succeeded', 'error', 'error'],
			message: 'AgentsFlare: the ',
		},
	},
	{
		fault: 'a stream that is cut in its second event',
		options: { maxImages: 3 },
		submit: ['half' as const],
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 1,
			submits: 1,
			downloads: 1,
			items: ['succeeded', 'error', 'error'],
			message: `AgentsFlare: ${summaryOf('answerLost')} (`,
		},
	},
	{
		fault: 'a stream that is cut in its second event',
		options: { maxImages: 3 },
		submit: ['half' as const],
		expect: {
			paid: 1,
			submits: 1,
			downloads: 1,
			message: `AgentsFlare: ${summaryOf('answerLost')} (`,
			description: 'Also made or on its way: item 0: http://127.0.0.1:',
		},
	},
	{
		fault: 'a stream that is cut before its first event',
		options: { maxImages: 3 },
		submit: ['reset' as const],
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 1,
			submits: 1,
			downloads: 0,
			items: ['error'],
			message: `AgentsFlare: ${summaryOf('answerLost')} (`,
			description: adviceOf('answerLost'),
		},
	},
	{
		fault: 'a stream that comes byte by byte, and is cut',
		options: { maxImages: 3 },
		behaviour: { streamChunkBytes: 1 },
		submit: ['half' as const],
		onError: 'continueRegularOutput' as const,
		expect: {
			paid: 1,
			submits: 1,
			downloads: 1,
			items: ['succeeded', 'error', 'error'],
			message: `AgentsFlare: ${summaryOf('answerLost')} (`,
		},
	},
].map((row) => ({ ...AGENTSFLARE, ...row }));

const sets: Row[] = [
	{
		gateway: 'myRouter',
		node: 'Seedream',
		operation: 'generate',
		fault: 'an entry of the set is no link',
		options: { maxImages: 3 },
		submit: [{ status: 200, body: '{"images":["<LINK>","<KEY>","<LINK>"]}' }],
		onError: 'continueRegularOutput',
		expect: {
			paid: 0,
			submits: 1,
			downloads: 2,
			items: ['succeeded', 'error', 'succeeded'],
			message: `MyRouter: ${summaryOf('answerLost')} (the answer was not understood: …; picture 2 of 3) [item 0]`,
		},
	},
	{
		...AGENTSFLARE,
		fault: 'an answer without a stream, which fails in part',
		options: { maxImages: 2 },
		submit: [
			{
				status: 200,
				body: {
					data: [
						{ error: { code: 'InternalServiceError', message: 'oops <KEY>' } },
						{ url: '<LINK>' },
					],
				},
			},
		],
		onError: 'continueRegularOutput',
		expect: {
			paid: 0,
			submits: 1,
			downloads: 1,
			items: ['error', 'succeeded'],
			message: `AgentsFlare: ${summaryOf('gatewayFailed')} (oops …; picture 1 of 2) [item 0]`,
		},
	},
];

/** What fails in part: one of several items, one of several pictures. */
export const batches: Row[] = [
	...refusedAmongFive,
	...oneFails,
	...oneCut,
	...oneLost,
	...notSentAgain,
	...oneOfSet,
	...streams,
	...sets,
];
