import type { RequestHandler, Response } from 'express';

import type { SandboxBehaviour, SandboxFault } from './behaviour.mjs';
import { exchangeOf } from './exchange.mjs';

/**
 * For a route of either origin: takes the first fault of the queue, if there is one, and injects it into the response.
 * A fault that cuts the response off lets the route do its work first, so a submission that loses its response has been
 * accepted.
 */
export function injectFaults(queue: () => SandboxFault[] | undefined): RequestHandler {
	return (request, response, next) => {
		const fault = queue()?.shift();
		if (fault === undefined || fault === 'none') {
			next();
			return;
		}
		const exchange = exchangeOf(request);
		if (typeof fault === 'object' && 'body' in fault) {
			exchange.remark = 'answered with a fault, as it was told to';
			answer(response, fault);
			return;
		}
		// Set at the end, but before the line in the log is written: the route may set a remark of its own.
		response.prependOnceListener('close', () => {
			exchange.remark = `the answer was spoilt (${typeof fault === 'object' ? 'something beside it' : fault}), as it was told to`;
		});
		if (typeof fault === 'object') sendBeside(response, fault);
		else INTERRUPTIONS[fault](response);
		next();
	};
}

/** Adds what proxies add around a response in JSON. Its content type remains JSON. */
export function surroundAnswers(around: () => SandboxBehaviour['around']): RequestHandler {
	return (_request, response, next) => {
		const { before = '', after = '' } = around() ?? {};
		if (before + after !== '')
			response.json = (body: unknown) =>
				response.type('json').send(before + JSON.stringify(body) + after);
		next();
	};
}

type Interruption = Exclude<Extract<SandboxFault, string>, 'none'>;
type Beside = Extract<SandboxFault, { beside: unknown }>;

function sendBeside(response: Response, { beside, status }: Beside): void {
	const send = response.json.bind(response);
	response.json = (body: unknown) => {
		if (status !== undefined) response.status(status);
		return send({ ...Object(body), ...beside });
	};
}

const INTERRUPTIONS: Record<Interruption, (response: Response) => void> = {
	reset(response) {
		divert(response, () => response.socket?.resetAndDestroy());
	},
	hang(response) {
		divert(response, (_piece, handled) => handled());
	},
	half(response) {
		sendHalf(response, () => response.destroy());
	},
	silent(response) {
		sendHalf(response, () => undefined);
	},
};

function sendHalf(response: Response, andThen: () => void): void {
	const write = response.write.bind(response);
	let end = '';
	divert(response, (piece, handled, isLast) => {
		// A stream goes on to the middle of its second event, so that something has come.
		if (isLast || end === END_OF_EVENT) {
			write(piece.subarray(0, piece.length / 2), 'utf8', andThen);
			return;
		}
		end = (end + piece.toString('latin1')).slice(-END_OF_EVENT.length);
		write(piece, 'utf8', handled);
	});
}

const END_OF_EVENT = '\n\n';

/**
 * Gives the chunks of a response to `take` instead of sending them. A chunk may be empty; `handled` makes the route
 * write the next one.
 */
function divert(
	response: Response,
	take: (piece: Buffer, handled: () => void, isLast: boolean) => void,
): void {
	response.flushHeaders = () => undefined;
	response.write = (piece: unknown, ...rest: unknown[]) => {
		take(bytesOf(piece), () => rest.forEach(callBack), false);
		return true;
	};
	response.end = (piece?: unknown) => {
		take(bytesOf(piece), () => undefined, true);
		return response;
	};
}

function bytesOf(piece: unknown): Buffer {
	if (typeof piece === 'string') return Buffer.from(piece);
	return piece instanceof Uint8Array ? Buffer.from(piece) : Buffer.alloc(0);
}

function callBack(argument: unknown): void {
	if (typeof argument === 'function') argument();
}

function answer(
	response: Response,
	{ status, headers = {}, body, endless = false }: Exclude<SandboxFault, string | Beside>,
): void {
	response.status(status).set(headers);
	if (endless)
		response.write(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
	else if (typeof body === 'string' || Buffer.isBuffer(body)) response.send(body);
	else response.json(body);
}
