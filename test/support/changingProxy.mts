import { once } from 'node:events';
import { createServer } from 'node:http';

import express from 'express';

/** What is asked of the server behind the proxy. */
export interface Asked {
	method: string;
	/** without the query */
	path: string;
	/** the proxy's own address, where `/page.jpeg` is a page of HTML */
	proxy: string;
}

/** What it answers. */
export interface Answered {
	status: number;
	body: string;
}

export interface ChangingProxy {
	url: string;
	close(): Promise<void>;
}

/** A server that hands on all requests, and gives the answers as `change` makes them. Answers are held back until they are whole. */
export async function startChangingProxy(
	target: string,
	change: (answer: Answered, asked: Asked) => Answered,
): Promise<ChangingProxy> {
	let url = '';
	const app = express().disable('x-powered-by');
	app.use(express.raw({ type: () => true, limit: '50mb' }));
	app.get(
		'/page.jpeg',
		(_request, response) =>
			void response.type('html').send('<!DOCTYPE html><title>Sign in</title>'),
	);
	app.all('/{*path}', async (request, response) => {
		const { method, path, originalUrl, headers } = request;
		const sent: unknown = request.body;
		const answer = await fetch(target + originalUrl, {
			method,
			headers: {
				authorization: headers.authorization ?? '',
				'content-type': headers['content-type'] ?? '',
			},
			...(Buffer.isBuffer(sent) ? { body: sent.toString('utf8') } : {}),
		});
		const { status, body } = change(
			{ status: answer.status, body: await answer.text() },
			{ method, path, proxy: url },
		);
		response
			.status(status)
			.type(answer.headers.get('content-type') ?? 'text')
			.send(body);
	});
	const server = createServer(app).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
	url = `http://127.0.0.1:${address.port}`;
	return {
		url,
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
