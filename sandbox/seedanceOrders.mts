import type { Response } from 'express';
import sharp from 'sharp';

import { type BytePlusFront, readModelOrder, type Refusal, refuseParameter } from './byteplus.mjs';
import type { Exchange } from './exchange.mjs';
import {
	BYTEPLUS_FORMATS,
	readReference,
	type ReferenceRules,
	RefusedReference,
	THIRTY_MEGABYTES,
} from './references.mjs';
import type { SandboxContext } from './sandbox.mjs';
import { type CreateBody, createBody } from './seedanceBody.mjs';
import type { SeedanceModel } from './seedanceModels.mjs';
import { draftIdOf, finalFault, modelFault, TASK_TYPE } from './seedanceRules.mjs';
import type { PixelSize } from './sizes.mjs';
import { videoSize } from './videos.mjs';

/** What a task was ordered to make, and what its answers repeat. */
export interface SeedanceOrder {
	modelId: string;
	model: SeedanceModel;
	prompt: string;
	/** thumbnails of the images */
	references: Buffer[];
	resolution: string;
	size: PixelSize;
	seconds: number;
	/** where it was ordered in pictures: as many as these */
	frames?: number;
	/** -1 where none was asked for */
	seed: number;
	watermark: boolean;
	returnLastFrame: boolean;
	generateAudio?: boolean;
	serviceTier: 'default' | 'flex';
	expiresAfter: number;
	priority: number;
	safetyIdentifier?: string;
	callbackUrl?: string;
	outputFormat: 'mp4' | 'mov';
	searches: boolean;
	draft: boolean;
	/** the draft that it is the final video of */
	draftTaskId?: string;
	/** why the task will fail */
	fault?: { code: string; message: string };
}

/** A draft that is there, and whether it is finished. */
export interface FoundDraft {
	order: SeedanceOrder;
	isDone: boolean;
}

const RULES: ReferenceRules = {
	forms: ['url', 'dataUri'],
	formats: BYTEPLUS_FORMATS,
	maxBytes: THIRTY_MEGABYTES,
	sidesOver: 299,
	mostElongated: 2.5,
};
const RULES_WITHOUT_HEIC: ReferenceRules = {
	...RULES,
	formats: BYTEPLUS_FORMATS.filter((format) => format !== 'heic'),
};

const DEFAULT_RATIO = 16 / 9;

/** How many pictures of a second. */
export const FRAMES_PER_SECOND = 24;

/** What was ordered, or undefined when it was refused; first the key, then the model, then the rest. */
export async function readSeedanceOrder(
	front: BytePlusFront,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
	findDraft: (id: string) => Promise<FoundDraft | undefined>,
): Promise<SeedanceOrder | undefined> {
	const { frameRatio = 'refuse' } = context.behaviour();
	const rules = {
		models: front.seedance,
		schema: createBody,
		modelFault: (body: CreateBody, model: SeedanceModel) => modelFault(body, model, frameRatio),
	};
	const order = readModelOrder(front, exchange, response, context, rules);
	if (order === undefined) return undefined;
	const { body, model } = order;
	const draftId = draftIdOf(body);
	if (draftId !== undefined) {
		const draft = await findDraft(draftId);
		const fault = finalFault(body, draft);
		if (draft !== undefined && fault === undefined) return finalOf(draft.order, body, draftId);
		refuseParameter(
			exchange,
			response,
			fault ?? { param: 'content', message: `there is no draft ${draftId}` },
		);
		return undefined;
	}
	const references = await readImages(body, model);
	if ('param' in references) {
		refuseParameter(exchange, response, references);
		return undefined;
	}
	return await orderOf(body, model, references);
}

/** Thumbnails of the images, or what is wrong with one. */
async function readImages(
	{ content }: CreateBody,
	{ heic }: SeedanceModel,
): Promise<Buffer[] | Refusal> {
	const references: Buffer[] = [];
	for (const [index, part] of content.entries()) {
		// What is in a store of its own was looked at when it came there.
		if (part.type !== 'image_url' || part.image_url.url.startsWith('asset://')) continue;
		try {
			references.push(await readReference(part.image_url.url, heic ? RULES : RULES_WITHOUT_HEIC));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			return { param: `content.${index}.image_url`, message: error.message };
		}
	}
	return references;
}

async function orderOf(
	body: CreateBody,
	model: SeedanceModel,
	references: Buffer[],
): Promise<SeedanceOrder> {
	const resolution = body.resolution ?? (body.draft ? '480p' : model.defaultResolution);
	const images = body.content.flatMap((part) => (part.type === 'image_url' ? [part.role] : []));
	const cannot = model.followsFrames && images.includes('first_frame') && hasFixedRatio(body);
	return {
		...commonOf(body),
		modelId: body.model,
		model,
		prompt: body.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' '),
		references,
		resolution,
		size: videoSize(shorterSideOf(resolution), await ratioOf(body, references)),
		...lengthOf(body, model),
		seed: body.seed ?? -1,
		outputFormat: body.output_format ?? 'mp4',
		searches: body.tools !== undefined,
		draft: body.draft ?? false,
		...(model.audio && { generateAudio: body.generate_audio ?? true }),
		...(cannot && {
			fault: { code: TASK_TYPE, message: 'The ratio of this task must be adaptive' },
		}),
	};
}

/** The same video as the draft, and larger. */
function finalOf(draft: SeedanceOrder, body: CreateBody, draftTaskId: string): SeedanceOrder {
	const resolution =
		body.resolution ?? draft.model.draft?.defaultFinalResolution ?? draft.resolution;
	const { width, height } = draft.size;
	return {
		...draft,
		...commonOf(body),
		resolution,
		size: videoSize(shorterSideOf(resolution), width / height),
		draft: false,
		draftTaskId,
	};
}

/** What has nothing to do with the picture. */
function commonOf(body: CreateBody) {
	return {
		watermark: body.watermark,
		returnLastFrame: body.return_last_frame,
		serviceTier: body.service_tier,
		expiresAfter: body.execution_expires_after,
		priority: body.priority ?? 0,
		safetyIdentifier: body.safety_identifier,
		callbackUrl: body.callback_url,
	};
}

function lengthOf(
	{ duration, frames }: CreateBody,
	model: SeedanceModel,
): { seconds: number; frames?: number } {
	if (frames !== undefined) return { seconds: frames / FRAMES_PER_SECOND, frames };
	const seconds = duration ?? model.defaultSeconds;
	return { seconds: seconds === -1 ? (model.chosenSeconds ?? model.shortest) : seconds };
}

function hasFixedRatio({ ratio }: CreateBody): boolean {
	return ratio !== undefined && ratio !== 'adaptive';
}

const shorterSideOf = (resolution: string) =>
	resolution === '4k' ? 2160 : Number.parseInt(resolution, 10);

/** Width / height: as asked for, else as the first image has it. */
async function ratioOf({ ratio }: CreateBody, [first]: Buffer[]): Promise<number> {
	if (ratio !== undefined && ratio !== 'adaptive') {
		const [width, height] = ratio.split(':').map(Number);
		return (width ?? NaN) / (height ?? NaN);
	}
	if (first === undefined) return DEFAULT_RATIO;
	const { width, height }: PixelSize = await sharp(first).metadata();
	return width / height;
}
