import { anyOf } from '../media/patterns';
import type { Failure } from '../errors/failure';
import { findErrorDetails } from './errorDetails';
import { isPage } from './responseBody';
import type { ApiResponse } from './types';
import { unexpectedResponse } from './unexpectedResponse';

/**
 * How routers report an unknown address: Express, one-api, Laravel and others. Of a model or a task they speak
 * otherwise.
 */
const NO_SUCH_ADDRESS = anyOf(
	/\b(cannot|can't) (get|post|put|delete)\b/,
	/\binvalid url\b/,
	/\bno (such )?route\b/,
	/\b(route|path) .*\b(not (be )?found|does not exist)\b/,
	/\bmethod not allowed\b/,
);

/** The detail of a failure whose address a router does not know. */
export const WRONG_ADDRESS =
	'it does not know the address that was asked, so check the base URL in the credential';

/** Returns whether a router has responded that it does not know the address. */
export const isAddressUnknown = ({ httpStatus, body }: ApiResponse) =>
	[404, 405].includes(httpStatus) &&
	!isPage(body) &&
	NO_SUCH_ADDRESS.test(typeof body === 'string' ? body : (findErrorDetails(body)?.message ?? ''));

/** Returns the failure of a website in place of the gateway's API: it responds to any request with a page. */
export function websiteResponded({ body }: ApiResponse): Failure {
	return {
		...unexpectedResponse(body).failure,
		detail: 'it is a page of a website, so check the base URL in the credential',
	};
}
