import { GenerationError } from '../errors/failure';
import type { GatewayRequest } from '../gateways/types';
import { parseHttpResponse, type HttpResponse } from './httpResponse';
import { withAbortSignal, type RequestContext } from './n8nContext';
import { transportError } from './networkErrors';
import type { RequestImages } from './imageContent';
import { openRequestBody } from './requestBody';
import type { GatewaySession } from './session';

/** What a request needs: the session of an item, or that of a form. */
type RequestSession = Omit<GatewaySession, 'context'> & { context: RequestContext };

/**
 * Sends a request to a gateway, with its key. Redirects are not followed, so the key reaches no other host.
 * @param images the input images, by what stands for each of them in the request
 * @throws GenerationError if there is no response: `notReachable`, `answerLost`, `timedOut` or `cancelled`; and
 * `invalidInput` if an image cannot be read any more: then nothing was accepted
 */
export async function sendRequest(
	{ context, gateway, credentials, deadline }: RequestSession,
	request: GatewayRequest,
	images: RequestImages = new Map(),
): Promise<HttpResponse> {
	deadline.throwIfExpired();
	const body = await openRequestBody(request, images, deadline).catch((error: unknown) => {
		throw error instanceof GenerationError ? toUnsent(error) : error;
	});
	const connection = new AbortController();
	const caller = withAbortSignal(context, AbortSignal.any([deadline.signal, connection.signal]));
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			caller,
			gateway.credential,
			{
				method: request.method,
				url: credentials.baseUrl + request.path,
				...body.content,
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
		const parsed = parseHttpResponse(response, connection);
		// A gateway may answer before it has everything.
		parsed.body.once('close', () => body.close());
		return parsed;
	} catch (error) {
		body.close();
		const failure = transportError(body.failure() ?? error, deadline);
		throw body.isIncomplete() ? toUnsent(failure) : failure;
	}
}

/** The failure of a request that was not sent as a whole, whatever came first. */
function toUnsent(error: GenerationError): GenerationError {
	const { failure } = error;
	if (failure.kind === 'timedOut') return new GenerationError({ ...failure, kind: 'notSent' });
	if (failure.kind !== 'answerLost') return error;
	return new GenerationError({
		...failure,
		kind: 'notReachable',
		message: 'the connection broke off before all of the request was sent',
	});
}
