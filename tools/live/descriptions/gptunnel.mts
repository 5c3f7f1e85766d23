import { z } from 'zod';
import type { GatewayDescriptions, ServiceDescriptions } from '../descriptions.mjs';
import { link, text, unixSeconds } from './fields.mjs';

/** Both pages of tasks: the answers of `/create` and `/result`. Of the states they have `idle` and `done`. */
const ofTask = { code: z.literal(0), id: text, model: text, prompt: text, created_at: unixSeconds };
const task = z.discriminatedUnion('status', [
	z
		.object({ ...ofTask, status: z.enum(['idle', 'processing', 'running']), url: z.null() })
		.strict(),
	z.object({ ...ofTask, status: z.literal('done'), url: link }).strict(),
	z
		.object({
			...ofTask,
			status: z.enum(['failed', 'error']),
			url: z.null(),
			message: text.optional(),
		})
		.strict(),
]);

/** Refusals come with HTTP 200 and a code (the vendor's docs). */
const refusal = (code: number) => z.object({ code: z.literal(code), message: text }).strict();

const tasks: ServiceDescriptions = {
	order: { httpStatus: 200, source: 'page', bodies: [task] },
	state: { httpStatus: 200, source: 'page', bodies: [task] },
	unknownTask: { httpStatus: 200, source: 'docs', bodies: [refusal(4)] },
	wrongKey: { httpStatus: 200, source: 'docs', bodies: [refusal(2)] },
};

/** docs.gptunnel.ru/balance */
const balance = z
	.object({
		orgId: text,
		object: z.literal('balance'),
		balance: z.number(),
		creditLimit: z.number().optional(),
	})
	.strict();

/** docs.gptunnel.ru/balance: the one refusal in OpenAI's shape. */
const unauthorized = z
	.object({
		error: z
			.object({ message: text, type: text, param: text.nullable(), code: text.nullable() })
			.strict(),
	})
	.strict();

/** gptunnel-seedream-4.md, the example of a good answer. The price is a text. */
const generated = z
	.object({
		code: z.literal(0),
		id: text,
		created_at: unixSeconds,
		status: z.literal('done'),
		result: link,
		cost: z.string().regex(/^\d+(\.\d+)?$/, 'is no number'),
	})
	.strict();

export const gptunnel: GatewayDescriptions = {
	credentialTest: { httpStatus: 200, source: 'docs', bodies: [balance] },
	wrongKey: { httpStatus: 401, source: 'docs', bodies: [unauthorized] },
	balance: { httpStatus: 200, source: 'docs', bodies: [balance] },
	unknownTaskId: '0123456789abcdef01234567',
	seedream: { order: { httpStatus: 200, source: 'page', bodies: [generated] } },
	seedance: tasks,
	gptImage: tasks,
};
