import type { Response } from 'express';
import type { z } from 'zod';

import type { Exchange } from './exchange.mjs';
import { faultsOf, faultsText } from './faults.mjs';
import { readReference, type ReferenceRules, RefusedReference } from './references.mjs';
import type { SandboxContext } from './sandbox.mjs';

/** A reference picture, and where it stands in the body: e.g. `['images.0', 'https://…']`. */
export type PlacedPicture = readonly [place: string, picture: string];

/** Whether the request carries the key; it is refused when it does not. */
export function hasKey(exchange: Exchange, response: Response, context: SandboxContext): boolean {
	if (exchange.record.headers.authorization === `Bearer ${context.keys.myRouter}`) return true;
	refuseKey(exchange, response);
	return false;
}

export function refuseKey(exchange: Exchange, response: Response): void {
	refuse(exchange, response, 401, 'INVALID_API_KEY', 'The API key is invalid');
}

/** The body as its schema gives it, or undefined when it was refused. */
export function readBody<Schema extends z.ZodTypeAny>(
	exchange: Exchange,
	response: Response,
	schema: Schema,
): z.output<Schema> | undefined {
	if (exchange.bodyFault === undefined)
		return readInput(exchange, response, schema, exchange.record.body);
	refuseBody(exchange, response, exchange.bodyFault);
	return undefined;
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
	refuseBody(exchange, response, faultsText(faultsOf(parsed.error)));
	return undefined;
}

/** Thumbnails of the references, or undefined when one was refused. */
export async function readPictures(
	exchange: Exchange,
	response: Response,
	pictures: readonly PlacedPicture[],
	rules: ReferenceRules,
): Promise<Buffer[] | undefined> {
	const references: Buffer[] = [];
	for (const [place, picture] of pictures) {
		try {
			references.push(await readReference(picture, rules));
		} catch (error) {
			if (!(error instanceof RefusedReference)) throw error;
			refuseBody(exchange, response, `${place}: ${error.message}`);
			return undefined;
		}
	}
	return references;
}

export function refuseBody(exchange: Exchange, response: Response, message: string): void {
	refuse(exchange, response, 400, 'INVALID_REQUEST_BODY', message);
}

/** The pages show no refusal; on platforms with the same API they look like this, and have these reasons. */
export function refuse(
	exchange: Exchange,
	response: Response,
	code: number,
	reason: string,
	message: string,
): void {
	exchange.remark = `refused: ${message}`;
	response.status(code).json({ code, reason, message, metadata: {} });
}
