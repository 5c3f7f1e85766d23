import type { IHttpRequestOptions } from 'n8n-workflow';
import type { GatewayRequest } from '../gateways/types';
import { parseBase64Image } from '../media/dataUri';
import { parseHttpResponse, type HttpResponse } from './httpResponse';
import { withAbortSignal, type RequestContext } from './n8nContext';
import { transportError } from './networkErrors';
import type { GatewaySession } from './session';

/** What a request needs: the session of an item, or that of a form. */
type RequestSession = Omit<GatewaySession, 'context'> & { context: RequestContext };

/**
 * Sends a request to a gateway, with its key. Redirects are not followed, so the key reaches no other host.
 * @throws GenerationError if there is no response: `notReachable`, `answerLost`, `timedOut` or `cancelled`
 */
export async function sendRequest(
	{ context, gateway, credentials, deadline }: RequestSession,
	request: GatewayRequest,
): Promise<HttpResponse> {
	deadline.throwIfExpired();
	const connection = new AbortController();
	const caller = withAbortSignal(context, AbortSignal.any([deadline.signal, connection.signal]));
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			caller,
			gateway.credential,
			{
				method: request.method,
				url: credentials.baseUrl + request.path,
				...toRequestContent(request),
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				sendCredentialsOnCrossOriginRedirect: false,
				timeout: deadline.remainingMs(),
			},
			// By itself n8n uses the credential of the first item.
			{
				credentialsDecrypted: {
					id: '',
					name: '',
					type: gateway.credential,
					data: { ...credentials.resolved },
				},
			},
		);
		return parseHttpResponse(response, connection);
	} catch (error) {
		throw transportError(error, deadline);
	}
}

/** The body of a request and its type. A form states its own type, which contains the boundary of its parts. */
function toRequestContent({
	body,
	form,
}: GatewayRequest): Pick<IHttpRequestOptions, 'headers' | 'body'> {
	if (form !== undefined) return { body: toFormData(form) };
	if (body === undefined) return {};
	return {
		headers: { 'Content-Type': 'application/json' },
		// n8n omits a body without fields.
		body: Object.keys(body).length === 0 ? '{}' : body,
	};
}

function toFormData(form: NonNullable<GatewayRequest['form']>): FormData {
	const data = new FormData();
	for (const { name, value, isFile } of form) {
		const file = isFile ? parseBase64Image(value) : undefined;
		if (file === undefined) {
			data.append(name, value);
			continue;
		}
		const { bytes, mimeType = '' } = file;
		const extension = mimeType.replace(/^.*\//, '');
		data.append(name, new Blob([bytes], { type: mimeType }), `image.${extension}`);
	}
	return data;
}
