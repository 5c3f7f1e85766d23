import { type Response, Router } from 'express';
import sharp from 'sharp';
import { z } from 'zod';

import { deadLink } from './deadLinks.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import { isServed } from './modelLists.mjs';
import {
	hasKey,
	type PlacedPicture,
	readBody,
	readInput,
	readPictures,
	refuse,
} from './myRouterAnswers.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { endOf, stateOf, type Task } from './tasks.mjs';
import { makeVideo, videoSize } from './videos.mjs';

/** What was asked for, whatever the fields of the version are called. */
interface Asked {
	prompt: string;
	/** e.g. "16:9", or "adaptive" */
	ratio: string;
	/** e.g. "720p" */
	resolution: string;
	/** in seconds */
	duration: number;
	seed: number;
	watermark: boolean;
	/** the first frame, and the last */
	pictures: readonly PlacedPicture[];
}

/** A path, and what is taken there. */
interface Version {
	name: string;
	/** what the answer to an order calls the task's id */
	idField: 'task_id' | 'id';
	body: z.ZodType<Asked, z.ZodTypeDef, unknown>;
}

const prompt = z.string().trim().min(1, 'the prompt is empty');
const RATIOS = ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16'] as const;
const duration10 = z
	.number()
	.refine((seconds) => seconds === 5 || seconds === 10, 'allowed are 5 and 10');

/** The vendor's docs of v1-lite-i2v; duration and seed as on platforms with the same API. */
const FIELDS_1_0 = {
	resolution: z.enum(['480p', '720p', '1080p']),
	aspect_ratio: z.enum(RATIOS).default('16:9'),
	camera_fixed: z.boolean().default(false),
	seed: z.number().int().min(-1).max(2_147_483_647).default(-1),
};

/** The vendor's docs of v1.5-pro-i2v; duration, resolution and the tiers as on platforms with the same API; other defaults as BytePlus has them. */
const FIELDS_1_5 = {
	resolution: z.enum(['480p', '720p']).default('720p'),
	ratio: z.enum([...RATIOS, 'adaptive']).default('adaptive'),
	duration: z.number().int().min(4).max(12).default(5),
	fps: z.literal(24).default(24),
	seed: z.number().int().min(-1).max(4_294_967_295).default(-1),
	camera_fixed: z.boolean().default(false),
	watermark: z.boolean().default(false),
	service_tier: z.enum(['default', 'flex']).default('default'),
	generate_audio: z.boolean().default(true),
	execution_expires_after: z.number().int().min(3600).max(259_200).default(172_800),
};

/** The vendor's docs: a video of an image needs no words. */
const IMAGE_FIELDS = {
	prompt: z.string().default(''),
	image: z.string(),
	last_image: z.string().optional(),
};

const imageBody10 = z
	.object({ ...FIELDS_1_0, ...IMAGE_FIELDS, duration: duration10.default(5) })
	.strict()
	.transform(({ aspect_ratio: ratio, ...fields }) => askedOf({ ratio, ...fields }));

/** Platforms with the same API: here they require the duration. */
const textBody10 = z
	.object({ ...FIELDS_1_0, prompt, duration: duration10 })
	.strict()
	.transform(({ aspect_ratio: ratio, ...fields }) => askedOf({ ratio, ...fields }));

const imageBody15 = z
	.object({ ...FIELDS_1_5, ...IMAGE_FIELDS })
	.strict()
	.transform(askedOf);

const textBody15 = z
	.object({ ...FIELDS_1_5, prompt })
	.strict()
	.transform(askedOf);

/** Version 1.0 has no watermark. */
type Fields = Omit<Asked, 'watermark' | 'pictures'> & {
	watermark?: boolean;
	image?: string;
	last_image?: string;
};

function askedOf({ image, last_image: lastImage, watermark = false, ...fields }: Fields): Asked {
	const pictures: PlacedPicture[] = [];
	if (image !== undefined) pictures.push(['image', image]);
	if (lastImage !== undefined) pictures.push(['last_image', lastImage]);
	return { ...fields, watermark, pictures };
}

/**
 * The vendor's docs have v1-lite-i2v and v1.5-pro-i2v, and answer the latter with `id`. That the others are there is a
 * guess: platforms with the same API have them.
 */
const VERSIONS: readonly Version[] = [
	{ name: 'seedance-v1-lite-i2v', idField: 'task_id', body: imageBody10 },
	{ name: 'seedance-v1-lite-t2v', idField: 'task_id', body: textBody10 },
	{ name: 'seedance-v1-pro-i2v', idField: 'task_id', body: imageBody10 },
	{ name: 'seedance-v1-pro-t2v', idField: 'task_id', body: textBody10 },
	{ name: 'seedance-v1.5-pro-i2v', idField: 'id', body: imageBody15 },
	{ name: 'seedance-v1.5-pro-t2v', idField: 'id', body: textBody15 },
];

/** The vendor's docs, which also name bmp. */
const FRAME_RULES = {
	forms: ['url', 'dataUri'],
	formats: ['jpeg', 'png', 'webp', 'tiff', 'gif'],
	maxBytes: 30 * 1024 * 1024,
	sidesOver: 300,
	sidesUnder: 6000,
	mostElongated: 2.5,
} as const;

/** How long a link lives, in seconds, and as text, as the vendor's docs have it; how long it is, is a guess. */
const LINK_LIFETIME = '3600';

/** The words of this gateway for those of the clock: platforms with the same API. */
const STATUSES = new Map([
	['idle', 'TASK_STATUS_QUEUED'],
	['processing', 'TASK_STATUS_PROCESSING'],
	['done', 'TASK_STATUS_SUCCEED'],
	['failed', 'TASK_STATUS_FAILED'],
]);

const resultQuery = z.object({ task_id: z.string() }).strict();

/** Seedance at MyRouter: a POST orders a task, and `GET /v3/async/task-result?task_id=…` tells what has become of it. */
export function myRouterSeedanceRoutes(context: SandboxContext): Router {
	const routes = Router();
	const seeds = new WeakMap<Task, number>();

	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	for (const version of VERSIONS) {
		routes.post(
			`/v3/async/${version.name}`,
			injectSubmitFaults,
			async (request, response, next) => {
				if (!isServed(version.name, context.behaviour())) {
					next();
					return;
				}
				const exchange = exchangeOf(request);
				const order = await readOrder(version, exchange, response, context);
				if (order === undefined) return;
				exchange.record.paid = true;
				const task = addTask(version.name, order, context);
				const { seed } = order.asked;
				seeds.set(task, seed === -1 ? task.createdAt % 2_147_483_647 : seed);
				response.json({ [version.idField]: task.id });
			},
		);
	}

	const injectResultFaults = injectFaults(() => context.behaviour().resultFaults);
	routes.get('/v3/async/task-result', injectResultFaults, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!hasKey(exchange, response, context)) return;
		const query = readInput(exchange, response, resultQuery, exchange.record.query);
		if (query === undefined) return;
		const task = context.tasks.find(query.task_id);
		const seed = task === undefined ? undefined : seeds.get(task);
		if (task === undefined || seed === undefined) {
			refuse(exchange, response, 404, 'TASK_NOT_FOUND', `There is no task ${query.task_id}`);
			return;
		}
		const answer = await describe(task, seed, context);
		exchange.remark = `task ${task.number} is ${answer.task.status}`;
		response.json(answer);
	});

	return routes;
}

interface Order {
	asked: Asked;
	frames: Buffer[];
}

/** What was ordered, or undefined when it was refused. */
async function readOrder(
	version: Version,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<Order | undefined> {
	if (!hasKey(exchange, response, context)) return undefined;
	const asked = readBody(exchange, response, version.body);
	if (asked === undefined) return undefined;
	const frames = await readPictures(exchange, response, asked.pictures, FRAME_RULES);
	return frames === undefined ? undefined : { asked, frames };
}

function addTask(model: string, { asked, frames }: Order, context: SandboxContext): Task {
	const { prompt: text, ratio, resolution, duration, watermark } = asked;
	const task = context.tasks.add({ model, prompt: text, ar: ratio }, async (ordered) => {
		const size = videoSize(Number.parseInt(resolution, 10), await ratioOf(ratio, frames));
		const drawing = {
			gateway: 'MyRouter',
			model,
			prompt: text,
			size,
			watermark,
			references: frames,
		};
		const content = context.behaviour().file ?? (await makeVideo(drawing, duration));
		return context.files.add(fileName(ordered), content, 'video/mp4');
	});
	// Made while the task is at work, so that a result is answered at once; for one that fails nothing is made.
	if (endOf(task, context.behaviour()) === 'done') {
		// What goes wrong is told to whoever asks for the result.
		task.file().catch(() => undefined);
	}
	return task;
}

/** Width / height: as asked for, else as the first frame has it. */
async function ratioOf(ratio: string, [first]: Buffer[]): Promise<number> {
	if (ratio !== 'adaptive') {
		const [width, height] = ratio.split(':').map(Number);
		return (width ?? NaN) / (height ?? NaN);
	}
	if (first === undefined) return 16 / 9;
	const { width, height } = await sharp(first).metadata();
	return width / height;
}

/** The answer for a task: the vendor's docs. */
async function describe(task: Task, seed: number, context: SandboxContext) {
	const state = await stateOf(task, context.behaviour());
	const link =
		state.phase === 'done' ? (deadLink(task, fileName(task), context) ?? state.link) : undefined;
	return {
		extra: {
			seed: String(seed),
			debug_info: {
				request_info: '',
				submit_time_ms: String(task.createdAt),
				execute_time_ms: '',
				complete_time_ms: '',
			},
		},
		task: {
			task_id: task.id,
			status: STATUSES.get(state.status) ?? state.status,
			reason: state.phase === 'failed' ? `The model could not make this: ${task.prompt}` : '',
			task_type: task.model,
			eta: 0,
			progress_percent: state.phase === 'running' ? 0 : 100,
		},
		images: [],
		videos:
			link === undefined
				? []
				: [{ video_url: link, video_url_ttl: LINK_LIFETIME, video_type: 'mp4' }],
		audios: [],
	};
}

function fileName({ model, id }: Task): string {
	return `${model}/${id}.mp4`;
}
