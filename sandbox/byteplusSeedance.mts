import { type Response, Router } from 'express';
import { z } from 'zod';

import { type BytePlusFront, isLetIn, refuseFaults, refuseWith } from './byteplus.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import { drawSet, type Drawing } from './pictures.mjs';
import type { SandboxTaskList } from './behaviour.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { FRAMES_PER_SECOND, readSeedanceOrder, type SeedanceOrder } from './seedanceOrders.mjs';
import type { PixelSize } from './sizes.mjs';
import { endOf, overAt, stateOf, type Task } from './tasks.mjs';
import { makeVideo } from './videos.mjs';

/** What was ordered, and what has become of it besides its state. */
interface Ordered extends SeedanceOrder {
	seed: number;
	/** the picture of the end, where that was asked for */
	lastFrame?: Promise<string>;
	cancelled?: boolean;
}

/** A guess. */
const TOKENS_PER_SECOND = 20_000;

/** README section 4: a task can be asked for so long, in milliseconds. */
const LISTED_FOR = 7 * 24 * 60 * 60 * 1000;

/** Seedance as BytePlus makes it: a POST orders a task, a GET tells what has become of it (README section 4). */
export function seedanceRoutes(front: BytePlusFront, context: SandboxContext): Router {
	const routes = Router();
	const path = `${front.root}/contents/generations/tasks`;
	const orders = new Map<string, Ordered>();
	const taskOf = (id: string) => context.tasks.find(id.replace(ID_PREFIX, ''));

	/** The task and what was ordered, or undefined when the request was refused. */
	const findTask = (exchange: Exchange, response: Response, id: string) => {
		const [task, ordered] = [taskOf(id), orders.get(id)];
		if (task !== undefined && ordered !== undefined) return { task, ordered };
		refuseWith(exchange, response, 404, {
			code: 'ResourceNotFound',
			message: `The specified resource ${id} is not found`,
		});
		return undefined;
	};

	const findDraft = async (id: string) => {
		const [task, ordered] = [taskOf(id), orders.get(id)];
		if (task === undefined || ordered === undefined) return undefined;
		return {
			order: ordered,
			isDone: (await describe(task, ordered, context)).status === 'succeeded',
		};
	};

	const atWork = () =>
		context.tasks.atWork(context.behaviour()).filter((task) => {
			const ordered = orders.get(idOf(task));
			return ordered !== undefined && !ordered.cancelled;
		}).length;

	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	routes.post(path, injectSubmitFaults, async (request, response) => {
		const exchange = exchangeOf(request);
		const order = await readSeedanceOrder(front, exchange, response, context, findDraft);
		if (order === undefined) return;
		if (atWork() >= (context.behaviour().queueLimit ?? Infinity)) {
			// Volcengine Ark's table of errors, 2026: this code and these words, while too many of an account's tasks wait.
			refuseWith(exchange, response, 429, {
				code: 'QuotaExceeded',
				message: 'The request has exceeded the quota.',
			});
			return;
		}
		exchange.record.paid = true;
		const ordered: Ordered = {
			...order,
			seed: order.seed === -1 ? context.tasks.times({}).length + 1 : order.seed,
		};
		const task = addTask(front, ordered, context);
		orders.set(idOf(task), ordered);
		// Made while the task is at work, so that a result is answered at once; for one that fails nothing is made.
		if (order.fault === undefined && endOf(task, context.behaviour()) === 'done')
			task.file().catch(() => undefined);
		if (order.callbackUrl !== undefined) {
			const end = overAt(task, context.behaviour());
			const changes = [...new Set([task.createdAt, (task.createdAt + end) / 2, end])];
			context.callbacks.watch(
				order.callbackUrl,
				changes,
				async () => await describe(task, ordered, context),
			);
		}
		response.json({ id: idOf(task) });
	});

	const injectResultFaults = injectFaults(() => context.behaviour().resultFaults);
	routes.get(`${path}/:id`, injectResultFaults, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!isLetIn(front, exchange, response, context)) return;
		const id = String(request.params.id);
		const found = findTask(exchange, response, id);
		if (found === undefined) return;
		const { task, ordered } = found;
		exchange.remark = `task ${task.number} is asked for`;
		response.json(await describe(task, ordered, context));
	});

	const injectListFaults = injectFaults(
		() => context.behaviour().listFaults ?? context.behaviour().resultFaults,
	);
	routes.get(path, injectListFaults, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!isLetIn(front, exchange, response, context)) return;
		const parsed = listQuery.safeParse(exchange.record.query);
		if (!parsed.success) {
			refuseFaults(exchange, response, parsed.error);
			return;
		}
		const { page_num: page, page_size: wanted, ...filter } = parsed.data;
		const size = Math.min(wanted, context.behaviour().mostListed ?? wanted);
		const {
			lagSeconds = 0,
			lacks,
			malforms,
			isFrozen = false,
			omits = [],
			idFilter,
		} = context.behaviour().taskList ?? {};
		const now = Date.now() - lagSeconds * 1000;
		const isWanted = idFilterOf(request.originalUrl, idFilter);
		const found: Array<Partial<Described>> = [];
		for (const [id, ordered] of [...orders].reverse()) {
			const task = taskOf(id);
			if (task === undefined || task.createdAt > now || now - task.createdAt > LISTED_FOR) continue;
			// Finds the ID of an inference endpoint, which is not the model's, and nobody has one here.
			if (
				filter['filter.model'] !== undefined ||
				ordered.serviceTier !== filter['filter.service_tier']
			)
				continue;
			if (!isWanted(id) || lacks?.(task)) continue;
			const whole = await describe(task, ordered, context, now);
			const described = {
				...whole,
				...(isFrozen && { status: 'running', content: undefined }),
				...Object.fromEntries(omits.map((field) => [field, undefined])),
			};
			if ((filter['filter.status'] ?? whole.status) !== whole.status) continue;
			if (malforms?.(task)) found.push({ ...described, id: undefined });
			else if (idFilter === 'tasksOfOthers')
				found.push({ ...described, id: idOf({ id: task.otherId }) });
			else found.push(described);
		}
		exchange.remark = `${found.length} tasks`;
		response.json({ total: found.length, items: found.slice((page - 1) * size, page * size) });
	});

	routes.delete(`${path}/:id`, async (request, response) => {
		const exchange = exchangeOf(request);
		if (!isLetIn(front, exchange, response, context)) return;
		const id = String(request.params.id);
		const found = findTask(exchange, response, id);
		if (found === undefined) return;
		const { task, ordered } = found;
		const { status } = await describe(task, ordered, context);
		if (status === 'running' || status === 'cancelled') {
			refuseWith(exchange, response, 400, {
				code: 'InvalidAction',
				message: `The task ${id} is ${status}, and cannot be deleted`,
			});
			return;
		}
		if (status === 'queued') ordered.cancelled = true;
		else orders.delete(id);
		exchange.remark = status === 'queued' ? 'cancelled' : 'forgotten';
		response.json({});
	});

	return routes;
}

/** The tasks with these IDs, of which each is a parameter of its own; all if there is none. */
function idFilterOf(url: string, way: SandboxTaskList['idFilter']): (id: string) => boolean {
	const given = new URL(url, 'http://sandbox').searchParams.getAll('filter.task_ids');
	const ids = way === 'onlyCommas' ? (given.at(-1)?.split(',') ?? []) : given;
	return (id) =>
		ids.length === 0 || way === 'ignored' || ids.includes(id) || way === 'tasksOfOthers';
}

/** README section 4 and BytePlus's docs, the list of tasks, read 2026-10-08: page by page; "expired" cannot be asked for. */
const listQuery = z
	.object({
		page_num: z.coerce.number().int().min(1).max(500).default(1),
		page_size: z.coerce.number().int().min(1).max(500).default(20),
		'filter.status': z.enum(['queued', 'running', 'cancelled', 'succeeded', 'failed']).optional(),
		'filter.task_ids': z.string().optional(),
		'filter.service_tier': z.enum(['default', 'flex']).default('default'),
		'filter.model': z.string().optional(),
	})
	.strict();

const ID_PREFIX = /^cgt-/;
const idOf = ({ id }: Pick<Task, 'id'>) => `cgt-${id}`;

function addTask(front: BytePlusFront, ordered: Ordered, context: SandboxContext): Task {
	const { modelId: model, prompt, size, watermark, references, seconds } = ordered;
	return context.tasks.add({ model, prompt, ar: ratioName(size) }, async ({ id }) => {
		const drawing = { gateway: front.displayName, model, prompt, size, watermark, references };
		if (ordered.returnLastFrame) ordered.lastFrame = lastFrame(drawing, id, context);
		const content = context.behaviour().file ?? (await makeVideo(drawing, seconds));
		return context.files.add(`${model}/${id}.mp4`, content, 'video/mp4');
	});
}

/** The picture of the end, in the storage. */
async function lastFrame(drawing: Drawing, id: string, context: SandboxContext): Promise<string> {
	for await (const picture of drawSet({ ...drawing, format: 'png' }, 1)) {
		return context.files.add(`${drawing.model}/${id}-last.png`, picture, 'image/png');
	}
	throw new Error('No picture was drawn');
}

interface Described {
	id: string;
	status: string;
	[more: string]: unknown;
}

/** The answer for a task: BytePlus's docs, video generation API, read 2026-10-08. */
async function describe(
	task: Task,
	ordered: Ordered,
	context: SandboxContext,
	now = Date.now(),
): Promise<Described> {
	const { model, fault } = ordered;
	const behaviour = context.behaviour();
	const state = await stateOf(
		task,
		fault === undefined ? behaviour : { ...behaviour, taskEnd: 'failed' },
		now,
	);
	const known = {
		id: idOf(task),
		model: task.model,
		created_at: Math.floor(task.createdAt / 1000),
		updated_at: Math.floor(Math.min(now, overAt(task, behaviour)) / 1000),
		service_tier: ordered.serviceTier,
		execution_expires_after: ordered.expiresAfter,
		...(model.priority && { priority: ordered.priority }),
		...(ordered.safetyIdentifier !== undefined && { safety_identifier: ordered.safetyIdentifier }),
		...(model.draft && { draft: ordered.draft }),
		...(ordered.draftTaskId !== undefined && { draft_task_id: ordered.draftTaskId }),
	};
	if (ordered.cancelled) return { ...known, status: 'cancelled' };
	if (state.phase === 'running')
		return { ...known, status: WORDS.get(state.status) ?? state.status };
	if (state.phase !== 'done') {
		return {
			...known,
			status: 'failed',
			error: fault ?? {
				code: 'InternalServiceError',
				message: `The model could not make this: ${task.prompt}`,
			},
		};
	}
	const tokens = Math.round(ordered.seconds * TOKENS_PER_SECOND);
	return {
		...known,
		status: 'succeeded',
		error: null,
		content: {
			video_url: state.link,
			...(ordered.lastFrame && { last_frame_url: await ordered.lastFrame }),
		},
		usage: {
			completion_tokens: tokens,
			total_tokens: tokens,
			...(ordered.searches && { tool_usage: { web_search: 1 } }),
		},
		seed: ordered.seed,
		resolution: ordered.resolution,
		ratio: ratioName(ordered.size),
		...(ordered.frames === undefined ? { duration: ordered.seconds } : { frames: ordered.frames }),
		framespersecond: FRAMES_PER_SECOND,
		...(model.omni && { output_format: ordered.outputFormat }),
		...(ordered.generateAudio !== undefined && { generate_audio: ordered.generateAudio }),
	};
}

/** The words of this gateway for those of the clock. */
const WORDS = new Map([
	['idle', 'queued'],
	['processing', 'running'],
]);

const RATIOS = ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16'] as const;

/** The ratio that the pixels come nearest to. */
function ratioName({ width, height }: PixelSize): string {
	const distanceOf = (name: string) => {
		const [across = NaN, down = NaN] = name.split(':').map(Number);
		return Math.abs(Math.log(width / height / (across / down)));
	};
	return RATIOS.reduce((nearest, name) =>
		distanceOf(name) < distanceOf(nearest) ? name : nearest,
	);
}
