import type { Response } from 'express';
import type { z } from 'zod';

import type { Exchange } from './exchange.mjs';
import { type Fault, faultsOf, faultsText } from './faults.mjs';
import {
	COMMON_FORMATS,
	readReference,
	type ReferenceForm,
	RefusedReference,
} from './references.mjs';
import type { GatewayBench } from './sandbox.mjs';

/** README section 1: refusals come with HTTP 200 and one of these codes. */
export const INVALID_TOKEN = 2;
export const INVALID_INPUT = 3;
export const NOT_FOUND = 4;
export const UNKNOWN_METHOD = 99;

/** Whether the request carries the bare key; it is refused when it does not. */
export function hasKey(exchange: Exchange, response: Response, bench: GatewayBench): boolean {
	if (exchange.record.headers.authorization === bench.keys.gptunnel) return true;
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
