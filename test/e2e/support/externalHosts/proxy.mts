import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import express, { type Express } from 'express';
import type { ExternalHost } from '../../../../tools/externalHosts.mjs';
import { environment } from '../bench.mjs';

/** The proxy behind which n8n sees the internet. */
export interface ExternalProxy {
	/** The requests to a host that no test plays, as `host path`. */
	unanswered: string[];
	close(): Promise<void>;
}

/**
 * Opens the proxy that n8n turns to, and answers behind it in the place of the hosts that are given; every other
 * request gets HTTP 501. There is one such proxy, so one test file can open it.
 */
export async function openExternalProxy(
	hosts: Partial<Record<ExternalHost, RequestListener>>,
): Promise<ExternalProxy> {
	const unanswered: string[] = [];
	const played = new Map(Object.entries(hosts));
	const tls = createTlsServer(
		{
			cert: await readFile(environment.E2E_CERTIFICATE),
			key: await readFile(environment.E2E_CERTIFICATE_KEY),
		},
		(request, response) => {
			const host = request.headers.host ?? '';
			const play = played.get(host);
			if (play !== undefined) return play(request, response);
			unanswered.push(`${host} ${request.url}`);
			response.writeHead(501).end();
		},
	);
	const sockets = new Set<Duplex>();
	const proxy = createServer((request, response) => {
		unanswered.push(`${request.url}`);
		response.writeHead(501).end();
	});
	// No tunnel, whatever the host: its end is here.
	proxy.on('connect', (_request, socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		// n8n may hang up at any time.
		socket.on('error', () => undefined);
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		tls.emit('connection', socket);
	});
	const { hostname, port } = new URL(environment.E2E_PROXY);
	await new Promise<void>((resolve, reject) => {
		proxy.once('error', reject);
		proxy.listen(Number(port), hostname, resolve);
	});
	return {
		unanswered,
		close: async () => {
			const closed = new Promise<void>((resolve) => proxy.close(() => resolve()));
			proxy.closeAllConnections();
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}

/** An express app that hands bodies on as they came, JSON read. */
export function createDouble(): Express {
	const app = express().disable('x-powered-by');
	app.use(
		express.json({ limit: '50mb' }),
		express.raw({
			type: (request) => !/json/.test(request.headers['content-type'] ?? ''),
			limit: '200mb',
		}),
	);
	return app;
}

/** A file of a form. */
export interface FormFile {
	name: string;
	type: string;
	bytes: Buffer;
}

/** Reads a body of the type multipart/form-data. Throws when it is none. */
export async function readForm(
	contentType: string | undefined,
	body: unknown,
): Promise<{ fields: Record<string, string>; files: Record<string, FormFile> }> {
	if (!Buffer.isBuffer(body)) throw new Error('The body is no form.');
	const form = await new Response(new Uint8Array(body), {
		headers: { 'content-type': contentType ?? '' },
	}).formData();
	const fields: Record<string, string> = {};
	const files: Record<string, FormFile> = {};
	for (const [name, value] of form.entries()) {
		if (typeof value === 'string') fields[name] = value;
		else
			files[name] = {
				name: value.name,
				type: value.type,
				bytes: Buffer.from(await value.arrayBuffer()),
			};
	}
	return { fields, files };
}
