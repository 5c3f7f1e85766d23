import type { Socket } from 'node:net';

import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';

import { describeForm, type Form, readForm } from './forms.mjs';
import type { RecordedRequest, SandboxConnection } from './sandbox.mjs';

/** Largest request body taken: 14 references of 10 MB are about 190 MB as base64. */
const BODY_LIMIT = '200mb';

/** What the sandbox knows about a request while it answers it. */
export interface Exchange {
	record: RecordedRequest;
	/** of its body; Infinity where that was too long to be read */
	bodyBytes: number;
	/** why the body is no JSON that a gateway would read; undefined when it is */
	bodyFault?: string;
	/** the fields of a body of multipart/form-data */
	form?: Form;
	/** why there are none, though the body says that it is one */
	formFault?: string;
	/** why the request was refused, for the log */
	remark?: string;
}

const exchanges = new WeakMap<Request, Exchange>();

const connections = new WeakMap<Socket, SandboxConnection>();

function connectionOf(socket: Socket): SandboxConnection {
	const known = connections.get(socket);
	if (known !== undefined) return known;
	const connection: SandboxConnection = {};
	connections.set(socket, connection);
	socket.once('close', () => (connection.closedAt = Date.now()));
	return connection;
}

/** The exchange of a request that went through `recordRequests`; throws for any other. */
export function exchangeOf(request: Request): Exchange {
	const exchange = exchanges.get(request);
	if (exchange === undefined) throw new Error('This request was not recorded');
	return exchange;
}

/**
 * Hands a record of every request to `keep` as it arrives (status 0) and completes it, status included, with the
 * answer; then gives `log` one line about it. Keys are never logged.
 */
export function recordRequests(
	origin: RecordedRequest['origin'],
	keep: (record: RecordedRequest) => void,
	log: (line: string) => void,
): RequestHandler {
	return (request, response, next) => {
		const started = performance.now();
		const record: RecordedRequest = {
			origin,
			method: request.method,
			path: request.path,
			query: Object.fromEntries(new URL(request.originalUrl, 'http://sandbox').searchParams),
			headers: Object.fromEntries(
				Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
			),
			body: undefined,
			paid: false,
			status: 0,
			receivedAt: Date.now(),
			connection: connectionOf(request.socket),
		};
		const exchange: Exchange = { record, bodyBytes: 0 };
		exchanges.set(request, exchange);
		keep(record);

		response.once('finish', () => {
			record.status = response.statusCode;
			record.endedAt = Date.now();
			log(logLine(exchange, performance.now() - started));
		});
		response.once('close', () => {
			if (response.writableFinished) return;
			record.status = response.headersSent ? response.statusCode : 0;
			record.endedAt = Date.now();
			exchange.remark ??= 'the caller hung up';
			log(logLine(exchange, performance.now() - started));
		});
		// A caller that hangs up in the middle of a stream is no fault of the sandbox.
		response.on('error', () => undefined);
		next();
	};
}

function logLine({ record, remark }: Exchange, milliseconds: number): string {
	const what = `${record.origin === 'files' ? 'files' : (record.gateway ?? 'nobody')}: ${record.method} ${record.path}`;
	const outcome = remark?.replace(/\s+/g, ' ') ?? (record.paid ? 'accepted, would be paid' : 'ok');
	return `${what} → ${record.status} in ${Math.round(milliseconds)} ms (${outcome})`;
}

const NOT_JSON = 'Content-Type must be application/json';

const readBytes = express.raw({ type: () => true, limit: BODY_LIMIT });

/** Reads the body of a request into its record; what stands in the way becomes a fault, for the gateway to word. */
export const receiveBody: RequestHandler = (request, response, next) => {
	const exchange = exchangeOf(request);
	readBytes(request, response, (error: unknown) => {
		if (error !== undefined) {
			exchange.bodyFault = `the body cannot be read: ${messageOf(error)}`;
			exchange.formFault = exchange.bodyFault;
			if (isTooLarge(error)) exchange.bodyBytes = Infinity;
			// The rest of the body is not read, so the connection is of no further use.
			response.set('Connection', 'close');
			next();
			return;
		}
		const body: unknown = request.body;
		const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
		exchange.bodyBytes = bytes.length;
		if (request.is('multipart/form-data')) {
			receiveForm(exchange, bytes).then(() => next(), next);
			return;
		}
		receiveJson(exchange, request, bytes);
		next();
	});
};

/** Express's error for a body beyond its limit. */
function isTooLarge(error: unknown): boolean {
	return error instanceof Error && 'type' in error && error.type === 'entity.too.large';
}

async function receiveForm(exchange: Exchange, bytes: Buffer): Promise<void> {
	exchange.bodyFault = NOT_JSON;
	try {
		exchange.form = await readForm(bytes, exchange.record.headers['content-type'] ?? '');
		exchange.record.body = describeForm(exchange.form);
	} catch (error) {
		exchange.formFault = `the form cannot be read: ${messageOf(error)}`;
	}
}

function receiveJson(exchange: Exchange, request: Request, bytes: Buffer): void {
	if (bytes.length === 0) {
		exchange.bodyFault = 'the body is empty';
		return;
	}
	const text = bytes.toString('utf8');
	exchange.record.body = text;
	if (!request.is('application/json')) {
		exchange.bodyFault = NOT_JSON;
		return;
	}
	try {
		exchange.record.body = JSON.parse(text);
	} catch (error) {
		exchange.bodyFault = `the body is not JSON: ${messageOf(error)}`;
	}
}

/** Last resort: a fault of the sandbox itself is answered with HTTP 500, and shown in the log. */
export const answerSandboxFault: ErrorRequestHandler = (
	error: unknown,
	request,
	response,
	_next,
) => {
	const message = messageOf(error);
	exchangeOf(request).remark = `the sandbox itself failed: ${message}`;
	if (response.headersSent) response.destroy();
	else response.status(500).json({ message: `The sandbox itself failed: ${message}` });
};

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
