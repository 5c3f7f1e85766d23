import { type Request, type Response, Router } from 'express';
import { z } from 'zod';

import { deadLink } from './deadLinks.mjs';
import { type Exchange, exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import {
	hasKey,
	NOT_FOUND,
	readBody,
	readInput,
	readOrderBody,
	readReferences,
	refuse,
} from './gptunnelAnswers.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { type FileOrder, pictureOf, videoOf } from './taskFiles.mjs';
import { endOf, stateOf, type Task } from './tasks.mjs';

const prompt = z.string().trim().min(1, 'the prompt is empty');

/** gptunnel-seedance-pro.md, README section 1, and docs.gptunnel.ru/media-api/seedance-lite: Lite is 480p and 720p only. */
const SEEDANCE_MODELS = [
	'seedance-1-pro-480P-5s',
	'seedance-1-pro-480P-10s',
	'seedance-1-pro-720P-5s',
	'seedance-1-pro-720P-10s',
	'seedance-1-pro-1080P-5s',
	'seedance-1-pro-1080P-10s',
	'seedance-1-lite-480P-5s',
	'seedance-1-lite-480P-10s',
	'seedance-1-lite-720P-5s',
	'seedance-1-lite-720P-10s',
] as const;

/** gptunnel-gpt-image-1.md and README section 1. */
const GPT_IMAGE_MODELS = [
	'gpt-image-1-low',
	'gpt-image-1-medium',
	'gpt-image-1-high',
	'gpt-image-1.5',
	'gpt-image-1.5-low',
] as const;

const MODELS = [...SEEDANCE_MODELS, ...GPT_IMAGE_MODELS];

/** Body of POST /v1/media/create for a video: gptunnel-seedance-pro.md. */
const seedanceBody = z
	.object({
		model: z.enum(SEEDANCE_MODELS),
		prompt,
		images: z.array(z.string()).max(1, 'at most one image, the first frame').optional(),
		ar: z.enum(['1:1', '16:9', '9:16']).optional(),
	})
	.strict();

/** Body of POST /v1/media/create for a picture: gptunnel-gpt-image-1.md. */
const gptImageBody = z
	.object({
		model: z.enum(GPT_IMAGE_MODELS),
		prompt,
		images: z.array(z.string()).optional(),
		ar: z.enum(['1:1', '16:9', '9:16', '4:3', '3:4']).optional(),
	})
	.strict();

const createBody = z.discriminatedUnion('model', [seedanceBody, gptImageBody]);

/** Both pages: `task_id` in the query or in the body. */
const resultInput = z.object({ task_id: z.string() }).strict();

/** What one family of models does in its own way. */
interface Family {
	make: (order: FileOrder) => Promise<Buffer>;
	/** the id that /result gives for a task */
	resultId: (task: Task) => string;
	/** the file's name in the storage */
	fileName: (task: Task) => string;
}

/** gptunnel-seedance-pro.md */
const SEEDANCE: Family = {
	make: videoOf,
	resultId: ({ id }) => id,
	fileName: ({ id }) => `predication/${id}_result.mp4`,
};

/** gptunnel-gpt-image-1.md: the id in a result, and in its link, is another than the one asked for. */
const GPT_IMAGE: Family = {
	make: pictureOf,
	resultId: ({ otherId }) => otherId,
	fileName: ({ otherId, model }) => `timenote/exp48h/${otherId}-${model}-original.webp`,
};

/** As a storage says of what was put there without a type, so the type has to be taken from the bytes. */
const CONTENT_TYPE = 'application/octet-stream';

/** GPTunnel's tasks: /create takes an order, /result tells what has become of it. Refusals as in `gptunnelRoutes`. */
export function gptunnelTaskRoutes(context: SandboxContext): Router {
	const routes = Router();

	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	routes.post('/v1/media/create', injectSubmitFaults, async (request, response) => {
		const task = await createTask(exchangeOf(request), response, context);
		if (task === undefined) return;
		response.json({ ...describe(task, task.id), status: 'idle', url: null });
	});

	const injectResultFaults = injectFaults(() => context.behaviour().resultFaults);
	const result = async (request: Request, response: Response) => {
		await answerResult(exchangeOf(request), response, context);
	};
	routes.get('/v1/media/result', injectResultFaults, result);
	routes.post('/v1/media/result', injectResultFaults, result);

	return routes;
}

/** The task that was ordered, or undefined when it was refused. */
async function createTask(
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<Task | undefined> {
	if (!hasKey(exchange, response, context)) return undefined;
	const body = await readOrderBody(exchange, response, context, {
		models: MODELS,
		schema: createBody,
	});
	if (body === undefined) return undefined;
	const forms =
		context.behaviour().gptunnelDataUris === 'refuse'
			? (['url'] as const)
			: (['url', 'dataUri'] as const);
	const references = await readReferences(exchange, response, body.images, forms);
	if (references === undefined) return undefined;

	exchange.record.paid = true;
	const { model, prompt: text, ar } = body;
	const order = { model, prompt: text, ar };
	const task = context.tasks.add(order, async (ordered) => {
		const { make, fileName } = familyOf(ordered);
		const content = context.behaviour().file ?? (await make({ ...order, references }));
		return context.files.add(fileName(ordered), content, CONTENT_TYPE);
	});
	// Made while the task is at work, so that a result is answered at once; for one that fails nothing is made.
	if (endOf(task, context.behaviour()) === 'done') {
		// What goes wrong is told to whoever asks for the result.
		task.file().catch(() => undefined);
	}
	return task;
}

async function answerResult(
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<void> {
	if (!hasKey(exchange, response, context)) return;
	// No body is no fault here: the id may stand in the query.
	const body =
		exchange.record.body === undefined ? {} : readBody(exchange, response, z.record(z.unknown()));
	if (body === undefined) return;
	const sent = { ...exchange.record.query, ...body };
	const input = readInput(exchange, response, resultInput, sent);
	if (input === undefined) return;
	const task = context.tasks.find(input.task_id);
	if (task === undefined) {
		refuse(exchange, response, { code: NOT_FOUND, message: 'record not found' });
		return;
	}
	const state = await stateOf(task, context.behaviour());
	exchange.remark = `task ${task.number} is ${state.status}`;
	const answer = { ...describe(task, familyOf(task).resultId(task)), status: state.status };
	if (state.phase === 'done') {
		response.json({
			...answer,
			url: deadLink(task, familyOf(task).fileName(task), context) ?? state.link,
		});
	} else if (state.phase === 'failed') {
		// README section 1: where a failed task's text stands is a guess.
		response.json({
			...answer,
			url: null,
			message: `The model could not make this: ${task.prompt}`,
		});
	} else {
		response.json({ ...answer, url: null });
	}
}

/** What both answers begin with; the prompt comes back with the ratio behind it (README section 5, trap 7). */
function describe(task: Task, id: string) {
	return {
		code: 0,
		id,
		model: task.model,
		prompt: task.ar === undefined ? task.prompt : `${task.prompt} --ar ${task.ar}`,
		created_at: Math.floor(task.createdAt / 1000),
	};
}

function familyOf({ model }: Task): Family {
	return model.startsWith('seedance') ? SEEDANCE : GPT_IMAGE;
}
