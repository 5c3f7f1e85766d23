import { z } from 'zod';
import { oneLine, type Failure } from '../../errors/failure';
import type { FailureKind } from '../../errors/policy';
import { REFERENCE_IMAGES } from '../../generation/labels';
import { classifyError, withWait } from '../classifyError';
import { extractErrorDetails } from '../errorDetails';
import { isGood, isRefusal } from '../httpStatus';
import { BYTEPLUS, OPENAI } from '../makerErrors';
import type { ApiResponse } from '../types';
import { isAddressUnknown } from '../wrongAddress';

/**
 * GPTunnel's codes, which come with HTTP 200 and also count under 4xx. Its pages document none; they are from the
 * vendor's own docs.
 */
const KIND_BY_CODE: Record<number, FailureKind | undefined> = {
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

/** What is wrong with a field. An issue of another shape does not invalidate the others. */
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
	// Not coerced: an object with its own `toString` would throw.
	code: z.union([z.number(), z.string().trim().min(1).pipe(z.coerce.number())]),
	issues: z.array(issueSchema).optional().catch(undefined),
});

/** Nobody reads more, and each is compared with the whole message before it. */
const MAX_ISSUES = 10;

/** The labels of the parameters, by GPTunnel's names. */
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

/** How GPTunnel reports an unknown model. Other models are rejected because the account may not use them. */
const UNKNOWN_MODEL =
	/discriminator|\bexpected\b|\b(unknown|no such|invalid) model\b|\bnot (found|supported|exist)/i;

/** Returns the failure in a response of GPTunnel: by its own code, or else by the errors of the makers. */
export function parseError(response: ApiResponse): Failure | undefined {
	const byStatus = classifyError(response, [], [OPENAI, BYTEPLUS]);
	const refusal = refusalSchema.safeParse(response.body).data;
	if (!refusal) return byStatus;
	const { code, issues = [] } = refusal;
	if (!isGood(response.httpStatus) && !isRefusal(response.httpStatus)) return byStatus;
	if (code === 0 || isAddressUnknown(response)) return byStatus;
	const details = issues
		.slice(0, MAX_ISSUES)
		.map(({ path, message }) =>
			[[path ?? []].flat().join('.'), message].filter(Boolean).join(': '),
		);
	const field = String([issues[0]?.path ?? []].flat()[0] ?? '').split('.')[0] ?? '';
	const parameter = PARAMETERS.get(field);
	// A code for every possible error tells less than a known message.
	const isGeneral = KIND_BY_CODE[code] === 'gatewayFailed' && isGood(response.httpStatus);
	const kind = (isGeneral ? undefined : KIND_BY_CODE[code]) ?? byStatus?.kind ?? 'gatewayFailed';
	const { message } = extractErrorDetails(response);
	const isOfModel =
		kind === 'invalidInput' &&
		field === 'model' &&
		UNKNOWN_MODEL.test(oneLine(`${issues[0]?.message ?? ''} ${message}`));
	return withWait(
		{
			// GPTunnel does not have the model. Its message goes on with all that it has, for videos and images alike.
			kind: isOfModel ? 'modelUnknown' : kind,
			message: isOfModel
				? oneLine(message).replace(/[.,:;]? ?\bexpected\b.*$/i, '')
				: details.reduce(
						(all, detail) => (all.includes(detail) ? all : `${all}; ${detail}`),
						message,
					),
			code: String(code),
			httpStatus: response.httpStatus,
			...(parameter === undefined ? {} : { parameter }),
		},
		response,
	);
}
