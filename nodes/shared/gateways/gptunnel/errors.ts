import { z } from 'zod';
import { REFERENCE_IMAGES } from '../../generation/labels';
import { oneLine, type Failure } from '../../errors/failure';
import type { FailureKind } from '../../errors/policy';
import {
	isAddressUnknown,
	isGood,
	isRefusal,
	withWait,
	extractErrorDetails,
} from '../errorResponse';
import { parseError as failureOfByteplus } from '../dialects/byteplus/errors';
import type { ApiResponse } from '../types';
import { OPENAI_KINDS } from '../dialects/openai/errors';

/**
 * GPTunnel's codes, which come with HTTP 200, and count under 4xx as well. No page documents them; they are from the
 * vendor's own docs.
 */
const ERROR_PATTERNS: Record<number, FailureKind | undefined> = {
	1: 'gatewayFailed',
	2: 'keyNotAccepted',
	3: 'invalidInput',
	4: 'taskNotFound',
	5: 'balanceExhausted',
	6: 'rateLimited',
	7: 'modelNotAvailable',
	99: 'gatewayFailed',
	500: 'gatewayFailed',
	1001: 'contentRefused',
	1002: 'contentRefused',
};

/** What is wrong with a field. One that reads otherwise does not take the others along. */
const issueSchema = z
	.object({
		path: z
			.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
			.optional()
			.catch(undefined),
		message: z.string().optional().catch(undefined),
	})
	.catch({});

const refusalSchema = z.object({
	// Not coerced: an object with a `toString` of its own would throw.
	code: z.union([z.number(), z.string().trim().min(1).pipe(z.coerce.number())]),
	issues: z.array(issueSchema).optional().catch(undefined),
});

/** More are not read by anyone, and each is looked for in all before it. */
const MAX_ISSUES = 10;

/** The labels of the form for GPTunnel's own names. */
const PARAMETERS = new Map(
	Object.entries({
		model: 'Model',
		prompt: 'Prompt',
		images: REFERENCE_IMAGES,
		ar: 'Aspect Ratio',
		aspect_ratio: 'Aspect Ratio',
		size: 'Resolution',
		response_format: 'Response Format',
		task_id: 'Task ID',
	}),
);

/** How GPTunnel says that a model is none of its own; others are refused for what an account may not have. */
const UNKNOWN_MODEL =
	/discriminator|\bexpected\b|\b(unknown|no such|invalid) model\b|\bnot (found|supported|exist)/i;

/** What kind of failure an answer of GPTunnel is: by its own code, else by the words of those whose models it hands on. */
export function parseError(answer: ApiResponse): Failure | undefined {
	const byStatus = failureOfByteplus(answer, OPENAI_KINDS);
	const refusal = refusalSchema.safeParse(answer.body).data;
	if (!refusal) return byStatus;
	const { code, issues = [] } = refusal;
	if (!isGood(answer.httpStatus) && !isRefusal(answer.httpStatus)) return byStatus;
	if (code === 0 || isAddressUnknown(answer)) return byStatus;
	const details = issues
		.slice(0, MAX_ISSUES)
		.map(({ path, message }) =>
			[[path ?? []].flat().join('.'), message].filter(Boolean).join(': '),
		);
	const field = String([issues[0]?.path ?? []].flat()[0] ?? '').split('.')[0] ?? '';
	const parameter = PARAMETERS.get(field);
	// A code for all that can go wrong tells less than words that are known.
	const isGeneral = ERROR_PATTERNS[code] === 'gatewayFailed' && isGood(answer.httpStatus);
	const kind = (isGeneral ? undefined : ERROR_PATTERNS[code]) ?? byStatus?.kind ?? 'gatewayFailed';
	const { message } = extractErrorDetails(answer);
	const isOfModel =
		kind === 'invalidInput' &&
		field === 'model' &&
		UNKNOWN_MODEL.test(oneLine(`${issues[0]?.message ?? ''} ${message}`));
	return withWait(
		{
			// The model is none that GPTunnel has. Its words go on with all that it has, for videos and pictures alike.
			kind: isOfModel ? 'modelUnknown' : kind,
			message: isOfModel
				? oneLine(message).replace(/[.,:;]? ?\bexpected\b.*$/i, '')
				: details.reduce(
						(told, detail) => (told.includes(detail) ? told : `${told}; ${detail}`),
						message,
					),
			code: String(code),
			httpStatus: answer.httpStatus,
			...(parameter === undefined ? {} : { parameter }),
		},
		answer,
	);
}
