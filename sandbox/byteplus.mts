import type { Response } from 'express';
import { z } from 'zod';

import type { Exchange } from './exchange.mjs';
import { faultsOf } from './faults.mjs';
import { isServed } from './modelLists.mjs';
import type { SandboxContext, SandboxGateway } from './sandbox.mjs';
import type { SeedanceModel } from './seedanceModels.mjs';
import type { SeedreamModel } from './seedreamModels.mjs';

/** Who answers in BytePlus's dialect: BytePlus itself, or a gateway that passes requests on to it. */
export interface BytePlusFront {
	gateway: SandboxGateway;
	/** as a reader knows it */
	displayName: string;
	/** where BytePlus's own paths begin, e.g. "/api/v3" */
	root: string;
	/** its models of either kind, by their ids */
	seedream: ReadonlyMap<string, SeedreamModel>;
	seedance: ReadonlyMap<string, SeedanceModel>;
	refuseKey(exchange: Exchange, response: Response): void;
	refuseBody(exchange: Exchange, response: Response, message: string): void;
	refuseModel(exchange: Exchange, response: Response, model: string): void;
}

/** What is wrong with a request that BytePlus refuses. */
export interface Refusal {
	/** undefined = InvalidParameter */
	code?: string;
	param: string;
	message: string;
}

/** BytePlus's docs: as long as a request's body may be. */
const LONGEST_BODY = 64 * 1024 * 1024;

/** Volcengine Ark has the same models and the same API, under the name that they have in China (its docs). */
export function withVolcengineNames<Model>(
	models: ReadonlyMap<string, Model>,
): ReadonlyMap<string, Model> {
	return new Map(
		[...models].flatMap(
			([id, model]) =>
				[
					[id, model],
					[id.replace(/^(dola-|dreamina-)?/, 'doubao-'), model],
				] as const,
		),
	);
}

/** README section 4: a refusal by BytePlus. */
export function refuseParameter(
	exchange: Exchange,
	response: Response,
	{ code = 'InvalidParameter', param, message }: Refusal,
): void {
	const text =
		code === 'MissingParameter'
			? `The request is missing a required parameter: ${param}`
			: `The parameter ${param} is not valid: ${message}`;
	refuseWith(exchange, response, 400, { code, message: text, param, type: 'BadRequest' });
}

/** A field that other models have: the words of a real refusal (OpenGradient/tee-gateway, pull request 141). */
export function unsupported(param: string): Refusal {
	return { param, message: `the parameter \`${param}\` is not supported by the current model` };
}

/** README section 4: `{error: {code, message}}`. */
export function refuseWith(
	exchange: Exchange,
	response: Response,
	status: number,
	error: { code: string; message: string; [more: string]: string },
): void {
	exchange.remark = `refused: ${error.message}`;
	response.status(status).json({ error });
}

/** The first thing that is wrong with a body. */
export function refuseFaults(exchange: Exchange, response: Response, error: z.ZodError): void {
	const fault = faultsOf(error)[0];
	refuseParameter(exchange, response, {
		code: fault?.missing === true ? 'MissingParameter' : 'InvalidParameter',
		param: fault?.path || 'body',
		message: fault?.message ?? 'the body is invalid',
	});
}

/** Whether the key, and the body's length and form, are right; what is not has been refused. */
export function isLetIn(
	front: BytePlusFront,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): boolean {
	if (exchange.record.headers.authorization !== `Bearer ${context.keys[front.gateway]}`) {
		front.refuseKey(exchange, response);
		return false;
	}
	if (exchange.bodyBytes > LONGEST_BODY) {
		// The limit is of BytePlus's docs, the status and the code are a guess.
		refuseWith(exchange, response, 413, {
			code: 'RequestEntityTooLarge',
			message: 'The request body is longer than 64 MB',
		});
		return false;
	}
	const { method } = exchange.record;
	if (method === 'POST' && exchange.bodyFault !== undefined) {
		front.refuseBody(exchange, response, exchange.bodyFault);
		return false;
	}
	return true;
}

const bodyWithModel = z.object({ model: z.string() });

/** What an order has to be: its models, its body, and what a model does not take though another would. */
interface OrderRules<Model, Schema extends z.ZodTypeAny> {
	models: ReadonlyMap<string, Model>;
	schema: Schema;
	modelFault(body: z.output<Schema>, model: Model): Refusal | undefined;
}

/** An order without its references, or undefined when it was refused; first the key, then the model, then the rest. */
export function readModelOrder<Model, Schema extends z.ZodTypeAny>(
	front: BytePlusFront,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
	{ models, schema, modelFault }: OrderRules<Model, Schema>,
): { body: z.output<Schema>; model: Model } | undefined {
	if (!isLetIn(front, exchange, response, context)) return undefined;
	const named = bodyWithModel.safeParse(exchange.record.body);
	const model =
		named.success && isServed(named.data.model, context.behaviour())
			? models.get(named.data.model)
			: undefined;
	if (named.success && model === undefined) {
		front.refuseModel(exchange, response, named.data.model);
		return undefined;
	}
	const parsed: z.SafeParseReturnType<unknown, z.output<Schema>> = schema.safeParse(
		exchange.record.body,
	);
	if (!parsed.success || model === undefined) {
		if (parsed.error) refuseFaults(exchange, response, parsed.error);
		return undefined;
	}
	const fault = modelFault(parsed.data, model);
	if (fault === undefined) return { body: parsed.data, model };
	refuseParameter(exchange, response, fault);
	return undefined;
}
