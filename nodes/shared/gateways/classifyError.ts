import type { Failure } from '../errors/failure';
import type { FailureKind } from '../errors/policy';
import { isAddressUnknown, websiteResponded, WRONG_ADDRESS } from './wrongAddress';
import {
	extractErrorDetails,
	findErrorDetails,
	isNoErrorCode,
	statesFailure,
} from './errorDetails';
import { matchKind, type ErrorPatterns } from './errorPatterns';
import { isNotWaitedFor, isRefusal, kindOfStatus } from './httpStatus';
import { ERRORS_OF_ANY_MAKER, FORBIDDEN, type Maker } from './makerErrors';
import { fieldsOf, isPage, textOf } from './responseBody';
import type { ApiResponse, Gateway } from './types';
import { unexpectedResponse } from './unexpectedResponse';

/**
 * With these a page reports that the address does not exist, is not for us, or speaks another protocol: the key was not
 * even checked.
 */
const TURNED_AWAY = new Set([400, 403, 404, 405]);

/** Advice for statuses that the kind of the failure does not explain well enough. */
const ADVICE: Record<number, Pick<Failure, 'detail' | 'advice'> | undefined> = {
	407: { detail: 'a proxy on the way to the gateway wants a login' },
	413: {
		advice:
			'What was sent is too large for the gateway, or for a proxy before it: use fewer or smaller images, or give them by URL.',
	},
};

/**
 * Returns the failure in a response, or undefined if it reports none: by the gateway's own codes and messages first,
 * then by those of the makers whose errors it hands on, then by the HTTP status.
 * @param own the gateway's own
 * @param makers in the order in which their errors are tried
 */
export function classifyError(
	response: ApiResponse,
	own: ErrorPatterns = [],
	makers: readonly Maker[] = [],
): Failure | undefined {
	const patterns = [...own, ...makers.flatMap(({ errors }) => errors), ...ERRORS_OF_ANY_MAKER];
	const byStatus = kindOfStatus(response.httpStatus);
	const failure =
		byStatus === undefined
			? classifyGoodStatus(response, patterns)
			: classifyBadStatus(response, patterns, byStatus);
	return failure && makers.reduce((told, { explain }) => explain?.(told) ?? told, failure);
}

/**
 * Classifies a response under an error status. If a proxy did not wait for it, only the status is trusted; if the
 * server broke, the status and the code: its message only tells how it broke.
 */
function classifyBadStatus(
	response: ApiResponse,
	patterns: ErrorPatterns,
	byStatus: FailureKind,
): Failure {
	const { httpStatus, body } = response;
	const { code, message } = extractErrorDetails(response);
	// In JSON of an unknown shape, a message cannot be told from names, which may be anything.
	const text = typeof body === 'string' ? message : (findErrorDetails(body)?.message ?? '');
	const trusted = [
		...(code !== undefined && httpStatus >= 400 && !isNotWaitedFor(httpStatus) ? [code] : []),
		...(isRefusal(httpStatus) && !isPage(body) ? [text] : []),
	];
	const known =
		matchKind(trusted, patterns) ??
		(httpStatus === 403 ? matchKind(trusted, FORBIDDEN) : undefined);
	const isTurnedAway = isPage(body) && TURNED_AWAY.has(httpStatus);
	const isElsewhere = known === undefined && isAddressUnknown(response);
	return withWait(
		{
			kind: isTurnedAway ? 'notReachable' : (known ?? (isElsewhere ? 'notReachable' : byStatus)),
			message,
			httpStatus,
			...(code === undefined ? {} : { code }),
			...ADVICE[httpStatus],
			...(isElsewhere ? { detail: WRONG_ADDRESS } : {}),
		},
		response,
	);
}

/** Finds a refusal under a good HTTP status: a response that states it, an error status inside it, or a known code. */
function classifyGoodStatus(response: ApiResponse, patterns: ErrorPatterns): Failure | undefined {
	const { httpStatus, body } = response;
	if (isPage(body)) return websiteResponded(response);
	const details = findErrorDetails(body);
	if (!details) return undefined;
	const { code = '', message } = details;
	const isStated = statesFailure(body);
	const byStatus = statusInside(body, code);
	if (!isStated && byStatus === undefined && isNoErrorCode(code)) return undefined;
	const texts = [code, message].filter((text) => text !== '');
	const kind = matchKind(texts, patterns) ?? byStatus ?? (isStated ? 'gatewayFailed' : undefined);
	return (
		kind &&
		withWait(
			{ kind, message: message || code, httpStatus, ...(code === '' ? {} : { code }) },
			response,
		)
	);
}

/** Returns what an HTTP status means that a body contains, as its code or beside it: a proxy may have put it there. */
function statusInside(body: unknown, code: string): FailureKind | undefined {
	const { statusCode, status_code: status = statusCode, status: state } = fieldsOf(body);
	const inside = [code, status, state]
		.map((one) => Number(textOf(one)))
		.find((number) => Number.isInteger(number) && number >= 400 && number < 600);
	return inside === undefined ? undefined : kindOfStatus(inside);
}

/** Returns why a part of a response, e.g. an image of a set or an event of a stream, brought no file. */
export function failureOfPart(part: unknown, parseError: Gateway['parseError']): Failure {
	return parseError({ httpStatus: 200, body: part }) ?? unexpectedResponse(part).failure;
}

/** Returns what a refusal means if only the ID of a task was sent. */
export function refusalOfTask(failure: Failure): Failure {
	return ['invalidInput', 'modelNotAvailable', 'modelUnknown'].includes(failure.kind)
		? { ...failure, kind: 'taskNotFound' }
		: failure;
}

/** Adds how long the gateway asks to wait: it may be longer than anyone would guess. */
export function withWait(failure: Failure, { retryAfter }: ApiResponse): Failure {
	if (failure.kind !== 'rateLimited' || retryAfter === undefined) return failure;
	const seconds = Math.ceil(retryAfter);
	return {
		...failure,
		detail: `it asks to wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
	};
}
