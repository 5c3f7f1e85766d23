/**
 * Vercel's client for ByteDance, as published, against the sandbox as BytePlus ModelArk (and AgentsFlare, which passes
 * on to it): what the real API takes it takes, what the real API refuses it refuses, and the client understands both.
 */
import { createByteDance, VERSION } from '@ai-sdk/bytedance';
import axios from 'axios';
import { z } from 'zod';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mjs';
import { probeVideo } from '../../tools/video.mjs';
import { download, lookAt } from '../sandbox/support.mjs';
import { checkBytePlusAnswer } from './answers.mjs';
import {
	type Gateway,
	type ImageCall,
	type Provider,
	REFUSED_IMAGES,
	TAKEN_IMAGES,
} from './bytedanceImageCalls.mjs';
import { REFUSED_VIDEOS, TAKEN_VIDEOS, type VideoCall } from './bytedanceVideoCalls.mjs';
import {
	type Call,
	Ledger,
	makeProps,
	paidCount,
	type Props,
	type Refused,
	thrownBy,
} from './support.mjs';

const ROOTS: Record<Gateway, string> = { modelArk: '/api/v3', agentsFlare: '/byteplus/v3' };

/** The client looks every three seconds, and for five minutes, if it is not told otherwise. */
const POLLING = { pollIntervalMs: 1, pollTimeoutMs: 500 };

/** As an mp4 begins; what is drawn is looked at once. */
const FILM = { head: Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), length: 1000 };

const DRAWN = {
	call: '2.0: a square of 4 s in 480p, drawn',
	source: "BytePlus's docs, video generation API, read 2026-10-08",
};
const FINAL = {
	call: '2.5: the final video of a draft',
	source: "BytePlus's page of Seedance 2.5, read 2026-10-08",
};

const apiCallError = z.object({
	name: z.literal('AI_APICallError'),
	statusCode: z.number(),
	message: z.string(),
});

const ledger = new Ledger(`@ai-sdk/bytedance ${VERSION}`);
let sandbox: Sandbox;
let props: Props;
let providers: Record<Gateway, Provider>;
/** what is wrong with answers, though the client took them */
let faults: unknown[] = [];

beforeAll(async () => {
	sandbox = await startSandbox();
	props = await makeProps(sandbox);
	const lookedAt: typeof fetch = async (input, init) => {
		const answer = await fetch(input, init);
		try {
			checkBytePlusAnswer(
				init?.method ?? 'GET',
				String(input),
				answer.status,
				await answer.clone().json(),
			);
		} catch (error) {
			faults.push(error);
		}
		return answer;
	};
	const providerAt = (gateway: Gateway) =>
		createByteDance({
			apiKey: sandbox.keys[gateway],
			baseURL: sandbox.apiUrl + ROOTS[gateway],
			fetch: lookedAt,
		});
	providers = { modelArk: providerAt('modelArk'), agentsFlare: providerAt('agentsFlare') };
});
beforeEach(() => {
	sandbox.reset();
	sandbox.behaviour.taskSeconds = 0;
	faults = [];
});
afterEach(() => {
	expect(faults).toEqual([]);
});
afterAll(async () => {
	await sandbox.close();
	ledger.print({
		taken: TAKEN_IMAGES.length + TAKEN_VIDEOS.length + 2,
		refused: REFUSED_IMAGES.length + REFUSED_VIDEOS.length,
	});
});

const generateImages = async ({
	model,
	gateway = 'modelArk',
	size,
	options = {},
	pictures = [],
}: ImageCall) =>
	await providers[gateway].image(model).doGenerate({
		prompt: 'A red fox',
		n: 1,
		size,
		aspectRatio: undefined,
		seed: undefined,
		files: pictures.map((name) => ({
			type: 'file',
			mediaType: name === 'jpeg' ? 'image/jpeg' : 'image/png',
			data: props[name].toString('base64'),
		})),
		mask: undefined,
		providerOptions: { bytedance: options },
	});

const generateVideo = async ({
	model,
	gateway = 'modelArk',
	fields,
	options,
}: Omit<VideoCall, keyof Call>) =>
	await providers[gateway].video(model).doGenerate({
		prompt: 'A red fox',
		n: 1,
		aspectRatio: undefined,
		resolution: undefined,
		duration: undefined,
		fps: undefined,
		seed: undefined,
		image: undefined,
		frameImages: undefined,
		inputReferences: undefined,
		generateAudio: undefined,
		...fields?.(props),
		providerOptions: { bytedance: { ...POLLING, ...options?.(props) } },
	});

type Generated = Awaited<ReturnType<typeof generateVideo>>;

/** What the client gives of a video: its bytes, and its task, as the gateway describes it. */
const lookInto = async ({ videos, providerMetadata }: Generated, gateway: Gateway = 'modelArk') => {
	const [video, ...others] = videos;
	expect(others).toHaveLength(0);
	if (video?.type !== 'url') throw new Error('No link came');
	const { taskId } = z
		.object({ taskId: z.string(), usage: z.object({ completion_tokens: z.number() }) })
		.parse(providerMetadata?.bytedance);
	const headers = { Authorization: `Bearer ${sandbox.keys[gateway]}` };
	const { data } = await axios.get<unknown>(
		`${sandbox.apiUrl}${ROOTS[gateway]}/contents/generations/tasks/${taskId}`,
		{ headers },
	);
	return { bytes: await download(video.url), taskId, task: z.record(z.unknown()).parse(data) };
};

const note: Ledger['add'] = (...line) => {
	expect(faults).toEqual([]);
	ledger.add(...line);
};

const isMp4 = (bytes: Buffer) => bytes.toString('latin1', 4, 8) === 'ftyp';

const expectRefusal = (error: unknown, row: Call & Refused) => {
	const { statusCode, message } = apiCallError.parse(error);
	expect(statusCode).toBe(row.status ?? 400);
	expect(message).toMatch(row.names);
	expect(paidCount(sandbox)).toBe(0);
	note('refused', row, `${statusCode} ${message}`);
};

describe('pictures', () => {
	test.each(TAKEN_IMAGES)('taken: $call', async (row) => {
		const { images } = await generateImages(row);
		const looks = await Promise.all(
			images.map(async (image) => await lookAt(Buffer.from(String(image), 'base64'))),
		);
		expect(looks).toEqual(row.made);
		expect(paidCount(sandbox)).toBe(1);
		note('taken', row, looks.join(', '));
	});

	test.each(REFUSED_IMAGES)('refused: $call', async (row) => {
		expectRefusal(await thrownBy(async () => await generateImages(row)), row);
	});
});

describe('videos', () => {
	beforeEach(() => {
		sandbox.behaviour.file = FILM;
	});

	test(`taken: ${DRAWN.call}`, async () => {
		delete sandbox.behaviour.file;
		const fields = () => ({ aspectRatio: '1:1', duration: 4, resolution: '640x640' }) as const;
		const { bytes } = await lookInto(
			await generateVideo({ model: 'dreamina-seedance-2-0-260128', fields }),
		);
		const { width, height, seconds } = await probeVideo(bytes);
		expect([width, height, Math.round(seconds)]).toEqual([480, 480, 4]);
		expect(paidCount(sandbox)).toBe(1);
		note('taken', DRAWN, `mp4 ${width}x${height}`);
	});

	test.each(TAKEN_VIDEOS)('taken: $call', async (row) => {
		const { bytes, task } = await lookInto(await generateVideo(row), row.gateway);
		expect(isMp4(bytes)).toBe(true);
		expect(task).toMatchObject({ status: 'succeeded', model: row.model, ...row.made });
		expect(paidCount(sandbox)).toBe(1);
		note(
			'taken',
			row,
			`mp4 ${JSON.stringify(Object.fromEntries(Object.keys(row.made).map((name) => [name, task[name]])))}`,
		);
	});

	test.each(REFUSED_VIDEOS)('refused: $call', async (row) => {
		expectRefusal(await thrownBy(async () => await generateVideo(row)), row);
	});

	test(`taken: ${FINAL.call}`, async () => {
		const model = 'dreamina-seedance-2-5-260628';
		const draft = await lookInto(await generateVideo({ model, options: () => ({ draft: true }) }));
		expect(paidCount(sandbox)).toBe(1);
		// The client has no such part, but passes on what it does not know, and so it replaces its own.
		const content = [{ type: 'draft_task', draft_task: { id: draft.taskId } }];
		const final = await lookInto(
			await generateVideo({
				model,
				fields: () => ({ prompt: undefined }),
				options: () => ({ content }),
			}),
		);
		expect(isMp4(final.bytes)).toBe(true);
		expect(final.task).toMatchObject({
			draft: false,
			draft_task_id: draft.taskId,
			resolution: '1080p',
		});
		expect(paidCount(sandbox)).toBe(2);
		note('taken', FINAL, `mp4 of ${draft.taskId}`);
	});

	test('a task that fails throws, and is paid for', async () => {
		sandbox.behaviour.frameRatio = 'fail';
		const fields = ({ photo }: Props) =>
			({
				image: { type: 'file', mediaType: 'image/png', data: photo.toString('base64') },
				aspectRatio: '16:9',
			}) as const;
		const error = await thrownBy(
			async () => await generateVideo({ model: 'dreamina-seedance-2-5-260628', fields }),
		);
		expect(error).toMatchObject({ name: 'BYTEDANCE_VIDEO_GENERATION_FAILED' });
		expect(paidCount(sandbox)).toBe(1);
	});

	test.each([
		[429, { queueLimit: 0 }, /The request has exceeded the quota\./],
		[404, { offModels: ['seedance-1-5-pro-251215'] }, /seedance-1-5-pro-251215/],
	] as const)(
		'what a switch refuses with %d reaches the client',
		async (status, behaviour, names) => {
			sandbox.behaviour = behaviour;
			const error = apiCallError.parse(
				await thrownBy(async () => await generateVideo({ model: 'seedance-1-5-pro-251215' })),
			);
			expect(error).toMatchObject({ statusCode: status, message: expect.stringMatching(names) });
			expect(paidCount(sandbox)).toBe(0);
		},
	);
});
