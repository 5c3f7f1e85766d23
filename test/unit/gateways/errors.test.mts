import { agentsFlare } from '../../../nodes/shared/gateways/agentsFlare/index.js';
import type { Gateway } from '../../../nodes/shared/gateways/types.js';
import { gptunnel } from '../../../nodes/shared/gateways/gptunnel/index.js';
import { myRouter } from '../../../nodes/shared/gateways/myRouter/index.js';

const page = '<!DOCTYPE html><html><head><title>Attention Required</title></head></html>';
const upstream = (code: string, message = 'no') => ({ error: { code, message } });

type Row = readonly [gateway: Gateway, httpStatus: number, body: unknown, kind: string];

it.each<Row>([
	// What a proxy did not wait for may have been done, whatever is said of it.
	[myRouter, 504, 'Load balancer timeout', 'answerLost'],
	[
		agentsFlare,
		502,
		{ message: 'The load balancer got no answer from the upstream' },
		'answerLost',
	],
	[agentsFlare, 504, { message: 'model x is not available' }, 'answerLost'],
	[
		myRouter,
		504,
		{ code: 504, reason: 'EXECUTION_TIME_LIMIT_EXCEEDED', message: 'timeout' },
		'answerLost',
	],
	[agentsFlare, 504, upstream('ServerOverloaded'), 'answerLost'],
	[agentsFlare, 408, { message: 'Insufficient balance' }, 'answerLost'],
	[gptunnel, 499, { code: 5, message: 'No money' }, 'answerLost'],
	// A server that broke: its code counts, its words do not.
	[myRouter, 500, { message: 'java.lang.IllegalStateException' }, 'gatewayFailed'],
	[agentsFlare, 503, { message: 'Model x is not available' }, 'gatewayFailed'],
	[agentsFlare, 500, { message: 'no credit' }, 'gatewayFailed'],
	[agentsFlare, 503, upstream('ServerOverloaded'), 'rateLimited'],
	// Words under 4xx, the code before them.
	[agentsFlare, 400, upstream('InvalidParameter', 'prompt: "balance" is too long'), 'invalidInput'],
	[agentsFlare, 400, { message: 'prompt: "credit card" is too long' }, 'invalidInput'],
	[agentsFlare, 403, { message: 'refused by the load balancer' }, 'keyNotAccepted'],
	[agentsFlare, 429, { message: 'Your credits are used up' }, 'balanceExhausted'],
	[agentsFlare, 400, { message: 'The picture is not available' }, 'invalidInput'],
	[agentsFlare, 400, { message: 'Model seedream-4.5 is not available' }, 'modelNotAvailable'],
	[myRouter, 400, { message: 'java.lang.IllegalStateException' }, 'invalidInput'],
	[myRouter, 400, { reason: 'PROMPT_ILLEGAL', message: 'no' }, 'contentRefused'],
	[myRouter, 403, { reason: 'NOT_ENOUGH_BALANCE', message: 'no' }, 'balanceExhausted'],
	// GPTunnel's own codes.
	[gptunnel, 403, { code: 5, message: 'Insufficient balance' }, 'balanceExhausted'],
	[gptunnel, 400, { code: 6, message: 'Heavy load' }, 'rateLimited'],
	[gptunnel, 400, { code: 1001, message: 'Sensitive content' }, 'contentRefused'],
	[gptunnel, 400, { code: 400, message: 'Bad request' }, 'invalidInput'],
	[gptunnel, 403, { code: 0 }, 'keyNotAccepted'],
	[gptunnel, 500, { code: 5, message: 'No money' }, 'gatewayFailed'],
	// A page of HTML is not the gateway's.
	[gptunnel, 403, page, 'notReachable'],
	[myRouter, 404, page, 'notReachable'],
	[agentsFlare, 404, '<title>Key not found</title>', 'notReachable'],
	// What was sent as HTTP to a port for HTTPS.
	[
		agentsFlare,
		400,
		'<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>',
		'notReachable',
	],
	[agentsFlare, 429, page, 'rateLimited'],
	// Nor is a router that knows no such address; at MyRouter the model is a part of it.
	[
		gptunnel,
		404,
		{ message: 'Cannot POST /foo/v1/media/generate', error: 'Not Found', statusCode: 404 },
		'notReachable',
	],
	[gptunnel, 404, { code: 404, message: 'Cannot POST /foo/v1/media/generate' }, 'notReachable'],
	[
		agentsFlare,
		404,
		{
			error: {
				message: 'Invalid URL (POST /v1/v1/images/generations)',
				type: 'invalid_request_error',
			},
		},
		'notReachable',
	],
	[agentsFlare, 405, { detail: 'Method Not Allowed' }, 'notReachable'],
	[myRouter, 404, { message: 'The route foo/v3/seedream-4.0 could not be found.' }, 'modelUnknown'],
	[agentsFlare, 404, upstream('ModelNotFound', 'The model does not exist'), 'modelUnknown'],
])('%#: an answer means what it says, and no more', (gateway, httpStatus, body, kind) => {
	expect(gateway.parseError({ httpStatus, body })).toMatchObject({ kind, httpStatus });
});

it.each<Row>([
	[myRouter, 429, { message: 'Slow down' }, 'rateLimited'],
	[gptunnel, 200, { code: 6, message: 'Heavy load' }, 'rateLimited'],
	[agentsFlare, 200, upstream('ServerOverloaded'), 'rateLimited'],
])('%#: a refusal for the time being says how long', (gateway, httpStatus, body, kind) => {
	expect(gateway.parseError({ httpStatus, body, retryAfter: 3599.5 })).toMatchObject({
		kind,
		detail: 'it asks to wait 3600 seconds',
	});
});

it.each<Row>([
	[gptunnel, 404, { message: 'Cannot POST /foo' }, 'detail'],
	[myRouter, 404, { message: 'Cannot POST /foo' }, 'advice'],
])('%#: what knows no such address points to the base URL', (gateway, httpStatus, body, place) => {
	expect(gateway.parseError({ httpStatus, body })).toHaveProperty(
		place,
		expect.stringContaining('check the base URL in the credential'),
	);
});
