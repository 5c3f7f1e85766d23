import { type Response, Router } from 'express';
import sharp from 'sharp';
import { z } from 'zod';

import { type BytePlusFront, isLetIn, readModelOrder, refuseFaults, refuseParameter, refuseWith } from './byteplus.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import { drawSet } from './pictures.mjs';
import { readReference, RefusedReference } from './references.mjs';
import type { GatewayBench } from './sandbox.mjs';
import type { PixelSize } from './sizes.mjs';
import { spoilAnswers } from './spoil.mjs';
import { endOf, stateOf, type Task } from './tasks.mjs';
import { makeVideo, videoSize } from './videos.mjs';

interface Model {
	shortest: number;
	longest: number;
	resolutions: readonly string[];
	/** takes `camera_fixed` */
	hasCamera: boolean;
	mostVideos: number;
	mostAudios: number;
	/** takes `frames` */
	hasFrames: boolean;
	/** takes -1 for a duration of its own choice */
	chooses: boolean;
	/** makes videos of words alone */
	fromText: boolean;
	/** chooses a ratio that suits the words */
	adapts: boolean;
	lastFrame: boolean;
	firstFrame: boolean;
	mostReferences: number;
	audio: boolean;
	defaultResolution: '720p' | '1080p';
}

/** Seconds, sizes and so on, unless a model says otherwise. */
const OF_ALL = { mostReferences: 0, mostVideos: 0, mostAudios: 0, resolutions: ['480p', '720p', '1080p'], hasCamera: true, hasFrames: false, chooses: true };
const VERSION_1_0 = { ...OF_ALL, hasFrames: true, chooses: false, shortest: 2, longest: 12, adapts: false, audio: false };
/** README of the gateways, section 4, does not have these: the vendor's docs of version 2.0. */
const VERSION_2_0 = {
	...OF_ALL,
	shortest: 4,
	longest: 15,
	adapts: true,
	audio: true,
	mostReferences: 9,
	mostVideos: 3,
	mostAudios: 3,
	resolutions: ['480p', '720p', '1080p', '4k'],
	fromText: true,
	firstFrame: true,
	lastFrame: true,
	defaultResolution: '720p',
	hasCamera: false,
} as const;

/** Models and what each allows: the table of the vendor's video API. */
const MODELS = new Map<string, Model>([
	[
		'seedance-1-5-pro-251215',
		{ ...OF_ALL, shortest: 4, longest: 12, adapts: true, audio: true, fromText: true, firstFrame: true, lastFrame: true, defaultResolution: '720p' },
	],
	['seedance-1-0-pro-250528', { ...VERSION_1_0, fromText: true, firstFrame: true, lastFrame: true, defaultResolution: '1080p' }],
	['seedance-1-0-pro-fast-251015', { ...VERSION_1_0, fromText: true, firstFrame: true, lastFrame: false, defaultResolution: '1080p' }],
	['seedance-1-0-lite-t2v-250428', { ...VERSION_1_0, fromText: true, firstFrame: false, lastFrame: false, defaultResolution: '720p' }],
	[
		'seedance-1-0-lite-i2v-250428',
		{ ...VERSION_1_0, fromText: false, firstFrame: true, lastFrame: true, mostReferences: 4, defaultResolution: '720p' },
	],
	['dreamina-seedance-2-0-260128', VERSION_2_0],
	['dreamina-seedance-2-0-fast-260128', { ...VERSION_2_0, resolutions: ['480p', '720p'] }],
	// Its name at BytePlus is a guess; Volcengine's is doubao-seedance-2-5-260628.
	[
		'dreamina-seedance-2-5-260628',
		{ ...VERSION_2_0, resolutions: ['480p', '720p'], longest: 30, mostReferences: 30, mostVideos: 10, mostAudios: 10 },
	],
]);
const DEFAULT_SECONDS = 5;

const REFERENCE_RULES = {
	forms: ['url', 'dataUri'],
	formats: ['jpeg', 'png', 'webp', 'gif', 'tiff'],
	maxBytes: 30 * 1024 * 1024,
	sidesOver: 299,
	mostElongated: 2.5,
} as const;

const text = z.object({ type: z.literal('text'), text: z.string().trim().min(1, 'the text is empty') }).strict();
const image = z
	.object({
		type: z.literal('image_url'),
		image_url: z.object({ url: z.string() }).strict(),
		role: z.enum(['first_frame', 'last_frame', 'reference_image']).default('first_frame'),
	})
	.strict();

const video = z
	.object({
		type: z.literal('video_url'),
		video_url: z.object({ url: z.string().regex(/^(https?|asset):\/\//, 'is neither a link nor an asset') }).strict(),
		role: z.literal('reference_video'),
	})
	.strict();

const audio = z
	.object({
		type: z.literal('audio_url'),
		audio_url: z.object({ url: z.string().regex(/^((https?|asset):\/\/|data:audio\/\w+;base64,)/, 'is neither a link, nor an asset, nor a file') }).strict(),
		role: z.literal('reference_audio'),
	})
	.strict();

/** Body of POST …/contents/generations/tasks: README section 4, and the vendor's video API. */
const createBody = z
	.object({
		model: z.string(),
		content: z.array(z.discriminatedUnion('type', [text, image, video, audio])).min(1),
		resolution: z.enum(['480p', '720p', '1080p', '4k']).optional(),
		ratio: z.enum(['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive']).optional(),
		duration: z.number().int().default(DEFAULT_SECONDS),
		frames: z
			.number()
			.int()
			.min(29)
			.max(289)
			.refine((frames) => (frames - 25) % 4 === 0, 'has to be 25 + 4n')
			.optional(),
		seed: z.number().int().min(-1).max(4_294_967_295).default(-1),
		camera_fixed: z.boolean().default(false),
		watermark: z.boolean().default(false),
		return_last_frame: z.boolean().default(false),
		generate_audio: z.boolean().optional(),
		service_tier: z.enum(['default', 'flex']).default('default'),
		execution_expires_after: z.number().int().min(3600).max(259_200).default(172_800),
		callback_url: z.string().url().optional(),
		// Others' code, for 2.5 alone.
		output_format: z.enum(['mp4', 'mov']).optional(),
	})
	.strict();

type CreateBody = z.infer<typeof createBody>;

/** What a task was ordered with, and its picture of the end where that was asked for. */
interface Ordered {
	body: CreateBody;
	model: Model;
	seed: number;
	lastFrame?: Promise<string>;
	cancelled?: boolean;
}

/** Seedance as BytePlus makes it: a POST orders a task, a GET tells what has become of it (README section 4). */
export function seedancePages(front: BytePlusFront, bench: GatewayBench): Router {
	const pages = Router();
	const path = `${front.root}/contents/generations/tasks`;
	const orders = new Map<string, Ordered>();
	const taskOf = (id: string) => bench.tasks.find(id.replace(ID_PREFIX, ''));

	/** The task and what was ordered, or undefined when the request was refused. */
	const findTask = (exchange: Exchange, response: Response, id: string) => {
		const [task, ordered] = [taskOf(id), orders.get(id)];
		if (task !== undefined && ordered !== undefined) return { task, ordered };
		refuseWith(exchange, response, 404, { code: 'ResourceNotFound', message: `The specified resource ${id} is not found` });
		return undefined;
	};

	const spoilOrders = spoilAnswers(() => bench.behaviour().submitFaults);
	pages.post(path, spoilOrders, async (request, response) => {
		const exchange = exchangeOf(request);
		const order = await readOrder(front, exchange, response, bench);
		if (order === undefined) return;
		exchange.record.paid = true;
		const { body, references } = order;
		const prompt = body.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ');
		const ordered: Ordered = { body, model: order.model, seed: body.seed === -1 ? bench.tasks.times({}).length + 1 : body.seed };
		const task = bench.tasks.add({ model: body.model, prompt, ar: body.ratio }, async ({ id }) => {
			const size = videoSize(shorterSideOf(resolutionOf(ordered)), await ratioOf(ordered, references));
			const drawing = { gateway: front.displayName, model: body.model, prompt, size, watermark: body.watermark, references };
			if (body.return_last_frame) ordered.lastFrame = lastFrame(drawing, id, bench);
			const content = bench.behaviour().file ?? (await makeVideo(drawing, secondsOf(body)));
			return bench.files.add(`${body.model}/${id}.mp4`, content, 'video/mp4');
		});
		orders.set(idOf(task), ordered);
		// Made while the task is at work, so that a result is answered at once; for one that fails nothing is made.
		if (endOf(task, bench.behaviour()) === 'done') task.file().catch(() => undefined);
		response.json({ id: idOf(task) });
	});

	const spoilResults = spoilAnswers(() => bench.behaviour().resultFaults);
	pages.get(`${path}/:id`, spoilResults, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!isLetIn(front, exchange, response, bench)) return;
		const id = String(request.params.id);
		const found = findTask(exchange, response, id);
		if (found === undefined) return;
		const { task, ordered } = found;
		exchange.remark = `task ${task.number} is asked for`;
		response.json(await describe(task, ordered, bench));
	});

	pages.get(path, spoilResults, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!isLetIn(front, exchange, response, bench)) return;
		const parsed = listQuery.safeParse(exchange.record.query);
		if (!parsed.success) {
			refuseFaults(exchange, response, parsed.error);
			return;
		}
		const { page_num: page, page_size: size, ...filter } = parsed.data;
		const ids = new URL(request.originalUrl, 'http://sandbox').searchParams.getAll('filter.task_ids');
		const all: Array<z.infer<typeof described>> = [];
		for (const [id, ordered] of [...orders].reverse()) {
			const task = taskOf(id);
			if (task && (filter['filter.service_tier'] ?? ordered.body.service_tier) === ordered.body.service_tier) all.push(described.parse(await describe(task, ordered, bench)));
		}
		const found = all.filter(
			({ id, status, model }) =>
				(ids.length === 0 || ids.includes(id)) &&
				(filter['filter.status'] ?? status) === status &&
				(filter['filter.model'] ?? model) === model,
		);
		exchange.remark = `${found.length} tasks`;
		response.json({ total: found.length, items: found.slice((page - 1) * size, page * size) });
	});

	pages.delete(`${path}/:id`, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!isLetIn(front, exchange, response, bench)) return;
		const id = String(request.params.id);
		const found = findTask(exchange, response, id);
		if (found === undefined) return;
		const { task, ordered } = found;
		const { status } = described.parse(await describe(task, ordered, bench));
		if (status === 'running' || status === 'cancelled') {
			refuseWith(exchange, response, 400, { code: 'InvalidAction', message: `The task ${id} is ${status}, and cannot be deleted` });
			return;
		}
		if (status === 'queued') ordered.cancelled = true;
		else orders.delete(id);
		exchange.remark = status === 'queued' ? 'cancelled' : 'forgotten';
		response.json({});
	});

	return pages;
}

/** What the list looks at of a task. */
const described = z.object({ id: z.string(), status: z.string(), model: z.string() }).passthrough();

/** README section 4: the list, page by page. */
const listQuery = z
	.object({
		page_num: z.coerce.number().int().min(1).max(500).default(1),
		page_size: z.coerce.number().int().min(1).max(500).default(10),
		'filter.status': z.enum(['queued', 'running', 'cancelled', 'succeeded', 'failed', 'expired']).optional(),
		'filter.task_ids': z.union([z.string(), z.array(z.string())]).optional(),
		'filter.service_tier': z.enum(['default', 'flex']).optional(),
		'filter.model': z.string().optional(),
	})
	.strict();

const ID_PREFIX = /^cgt-/;
const idOf = ({ id }: Task) => `cgt-${id}`;

/** The picture of the end, in the storage. */
async function lastFrame(drawing: Parameters<typeof makeVideo>[0], id: string, bench: GatewayBench): Promise<string> {
	for await (const picture of drawSet({ ...drawing, format: 'png' }, 1)) {
		return bench.files.add(`${drawing.model}/${id}-last.png`, picture, 'image/png');
	}
	throw new Error('No picture was drawn');
}

/** The answer for a task: the vendor's video API. */
async function describe(task: Task, ordered: Ordered, bench: GatewayBench): Promise<object> {
	const { body, model, seed } = ordered;
	const state = await stateOf(task, bench.behaviour());
	const known = {
		id: idOf(task),
		model: task.model,
		created_at: Math.floor(task.createdAt / 1000),
		updated_at: Math.floor(Date.now() / 1000),
		service_tier: body.service_tier,
		execution_expires_after: body.execution_expires_after,
	};
	if (ordered.cancelled) return { ...known, status: 'cancelled' };
	if (state.phase === 'running') return { ...known, status: WORDS.get(state.status) ?? state.status };
	if (state.phase !== 'done') {
		return { ...known, status: 'failed', error: { code: 'InternalServiceError', message: `The model could not make this: ${task.prompt}` } };
	}
	const tokens = secondsOf(body) * 20_000;
	return {
		...known,
		status: 'succeeded',
		error: null,
		content: { video_url: state.link, ...(ordered.lastFrame ? { last_frame_url: await ordered.lastFrame } : {}) },
		usage: { completion_tokens: tokens, total_tokens: tokens },
		seed,
		resolution: resolutionOf(ordered),
		ratio: body.ratio ?? '16:9',
		duration: secondsOf(body),
		framespersecond: 24,
		...(model.audio ? { generate_audio: body.generate_audio ?? true } : {}),
	};
}

/** The words of this gateway for those of the clock. */
const WORDS = new Map([
	['idle', 'queued'],
	['processing', 'running'],
]);

/** 24 pictures a second; where the model may choose, it chooses what it makes unasked. */
const secondsOf = ({ duration, frames }: CreateBody) => (frames === undefined ? (duration === -1 ? DEFAULT_SECONDS : duration) : frames / 24);

const shorterSideOf = (resolution: string) => (resolution === '4k' ? 2160 : Number.parseInt(resolution, 10));

const resolutionOf = ({ body, model }: Ordered) => body.resolution ?? model.defaultResolution;

/** Width / height: as asked for, else as the first image has it. */
async function ratioOf({ body }: Ordered, [first]: Buffer[]): Promise<number> {
	if (body.ratio !== undefined && body.ratio !== 'adaptive') {
		const [width, height] = body.ratio.split(':').map(Number);
		return (width ?? NaN) / (height ?? NaN);
	}
	if (first === undefined) return 16 / 9;
	const { width, height }: PixelSize = await sharp(first).metadata();
	return width / height;
}

interface Order {
	body: CreateBody;
	model: Model;
	references: Buffer[];
}

/** What was ordered, or undefined when it was refused; first the key, then the model, then the rest. */
async function readOrder(front: BytePlusFront, exchange: Exchange, response: Response, bench: GatewayBench): Promise<Order | undefined> {
	const order = readModelOrder(front, exchange, response, bench, { models: MODELS, schema: createBody, modelFault });
	if (order === undefined) return undefined;
	const { body, model } = order;
	const references: Buffer[] = [];
	for (const [index, part] of body.content.entries()) {
		// What is in a store of its own was looked at when it came there.
		if (part.type !== 'image_url' || part.image_url.url.startsWith('asset://')) continue;
		try {
			references.push(await readReference(part.image_url.url, REFERENCE_RULES));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			refuseParameter(exchange, response, { code: 'InvalidParameter', param: `content.${index}.image_url`, message: error.message });
			return undefined;
		}
	}
	return { body, model, references };
}

/** What this model does not take, though another would: the table of the vendor's video API. */
function modelFault(body: CreateBody, model: Model): { param: string; message: string } | undefined {
	const roles = body.content.flatMap((part) => (part.type === 'image_url' ? [part.role] : []));
	const count = (role: string) => roles.filter((one) => one === role).length;
	const texts = body.content.filter(({ type }) => type === 'text').length;
	const videos = body.content.filter(({ type }) => type === 'video_url').length;
	const [first, last, references] = [count('first_frame'), count('last_frame'), count('reference_image')];
	const content = (message: string) => ({ param: 'content', message });
	if (texts > 1) return content('there is more than one text');
	if (texts + roles.length + videos === 0) return content('is empty');
	const audios = body.content.filter(({ type }) => type === 'audio_url').length;
	if (audios > model.mostAudios) return content(`at most ${model.mostAudios} reference sounds`);
	if (audios > 0 && roles.length + videos === 0 && model.longest !== 30) return content('a sound alone is not enough');
	if (body.frames !== undefined && !model.hasFrames) return { param: 'frames', message: 'this model does not take them' };
	if (videos > model.mostVideos) return content(`at most ${model.mostVideos} reference videos`);
	if (videos > 0 && first + last > 0) return content('reference videos do not go with frames');
	if (roles.length === 0 && !model.fromText) return content('this model needs an image');
	if (first > 1 || last > 1 || (last === 1 && first === 0)) return content('one first frame, or a first and a last frame');
	if (references > 0 && first + last > 0) return content('reference images do not go with frames');
	if (references > model.mostReferences) return content(`at most ${model.mostReferences} reference images`);
	if ((first > 0 && !model.firstFrame) || (last > 0 && !model.lastFrame)) return content('this model does not take such an image');
	if (body.duration === -1 ? !model.chooses : body.duration < model.shortest || body.duration > model.longest) {
		return { param: 'duration', message: `${model.shortest} to ${model.longest}` };
	}
	if (body.ratio === 'adaptive' && !model.adapts && (references > 0 || roles.length === 0)) {
		return { param: 'ratio', message: 'adaptive does not go with this' };
	}
	if (body.resolution !== undefined && !model.resolutions.includes(body.resolution)) return { param: 'resolution', message: 'this model does not draw it' };
	if (body.resolution === '1080p' && references > 0 && model.shortest === 2) return { param: 'resolution', message: '1080p does not go with reference images' };
	if (body.output_format !== undefined && model.longest !== 30) return { param: 'output_format', message: 'this model does not take it' };
	if (body.camera_fixed && !model.hasCamera) return { param: 'camera_fixed', message: 'this model does not take it' };
	if (body.camera_fixed && references > 0) return { param: 'camera_fixed', message: 'does not go with reference images' };
	if (body.generate_audio !== undefined && !model.audio) return { param: 'generate_audio', message: 'this model makes no sound' };
	return undefined;
}
