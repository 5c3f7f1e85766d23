import type { Response } from 'express';
import { z } from 'zod';

import type { Exchange } from './exchange.mjs';
import { type Fault, faultsOf, faultsText } from './faults.mjs';
import { isServed, listedModels } from './modelLists.mjs';
import {
	COMMON_FORMATS,
	readReference,
	type ReferenceForm,
	RefusedReference,
} from './references.mjs';
import type { SandboxContext } from './sandbox.mjs';

/** README section 1: refusals come with HTTP 200 and one of these codes. */
export const INVALID_TOKEN = 2;
export const INVALID_INPUT = 3;
export const NOT_FOUND = 4;
export const UNKNOWN_METHOD = 99;

/** Whether the request carries the bare key; it is refused when it does not. */
export function hasKey(exchange: Exchange, response: Response, context: SandboxContext): boolean {
	if (exchange.record.headers.authorization === context.keys.gptunnel) return true;
	refuse(exchange, response, { code: INVALID_TOKEN, message: 'Invalid token' });
	return false;
}

/** The body as its schema gives it, or undefined when it was refused. */
export function readBody<Schema extends z.ZodTypeAny>(
	exchange: Exchange,
	response: Response,
	schema: Schema,
): z.output<Schema> | undefined {
	if (exchange.bodyFault !== undefined) {
		refuseInput(exchange, response, [
			{ path: '', expected: 'JSON', message: exchange.bodyFault, missing: false },
		]);
		return undefined;
	}
	return readInput(exchange, response, schema, exchange.record.body);
}

/** What names its model, or should. */
const bodyWithModel = z.object({ model: z.unknown() });

/** The same for an order, whose model is looked at first: `models` are those that the path has. */
export async function readOrderBody<Schema extends z.ZodTypeAny>(
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
	{ models, schema }: { models: readonly string[]; schema: Schema },
): Promise<z.output<Schema> | undefined> {
	const named = bodyWithModel.safeParse(
		exchange.bodyFault === undefined ? exchange.record.body : undefined,
	);
	const served = models.filter((model) => isServed(model, context.behaviour()));
	if (!named.success || served.some((model) => model === named.data.model))
		return readBody(exchange, response, schema);
	await refuseModel(exchange, response, context, served, named.data.model);
	return undefined;
}

/** Third-party code, 2026-11-29: so often the list is repeated in the message, which ends wherever it is too long. */
const LINES = 10;
const LONGEST_MESSAGE = 1000;

/** The refusal of a model that is not there, or of none: it names all that there are, and so serves as a list of them. */
async function refuseModel(
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
	served: readonly string[],
	asked: unknown,
): Promise<void> {
	const { listedModels: listed } = context.behaviour();
	const models =
		asked === undefined ? await listedModels(served, context.behaviour()) : (listed ?? served);
	const line = `Invalid discriminator value. Expected ${models.map((model) => `'${model}'`).join(' | ')}`;
	const message = Array<string>(LINES).fill(line).join('\n').slice(0, LONGEST_MESSAGE);
	refuse(exchange, response, {
		code: INVALID_INPUT,
		message: `Invalid input: ${message}`,
		issues: [{ path: 'model', expected: models.join(' | '), message: line }],
	});
}

/** What was sent, wherever it stood, as its schema gives it, or undefined when it was refused. */
export function readInput<Schema extends z.ZodTypeAny>(
	exchange: Exchange,
	response: Response,
	schema: Schema,
	input: unknown,
): z.output<Schema> | undefined {
	const parsed: z.SafeParseReturnType<unknown, z.output<Schema>> = schema.safeParse(input);
	if (parsed.success) return parsed.data;
	refuseInput(exchange, response, faultsOf(parsed.error));
	return undefined;
}

/** Thumbnails of the references, or undefined when one was refused. The pages name no limits for them. */
export async function readReferences(
	exchange: Exchange,
	response: Response,
	images: string[] = [],
	forms: readonly ReferenceForm[],
): Promise<Buffer[] | undefined> {
	const references: Buffer[] = [];
	for (const [index, image] of images.entries()) {
		try {
			references.push(await readReference(image, { forms, formats: COMMON_FORMATS }));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			const expected = forms.includes('dataUri') ? 'a link or a data URI of a picture' : 'a link';
			refuseInput(exchange, response, [
				{ path: `images.${index}`, expected, message: error.message, missing: false },
			]);
			return undefined;
		}
	}
	return references;
}

function refuseInput(exchange: Exchange, response: Response, faults: Fault[]): void {
	refuse(exchange, response, {
		code: INVALID_INPUT,
		message: `Invalid input: ${faultsText(faults)}`,
		issues: faults.map(({ path, expected, message }) => ({ path, expected, message })),
	});
}

/** Refuses the request with HTTP 200 and a code. */
export function refuse(
	exchange: Exchange,
	response: Response,
	answer: { code: number; message: string; issues?: Array<Omit<Fault, 'missing'>> },
): void {
	exchange.remark = `refused with code ${answer.code}: ${answer.message}`;
	response.json(answer);
}
