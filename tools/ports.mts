import { createServer } from 'node:net';
import { ToolError } from './processes.mjs';

/** Listens for a moment; returns the port, or undefined when it is taken. */
async function listenBriefly(port: number): Promise<number | undefined> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			server.close(() =>
				resolve(typeof address === 'object' && address !== null ? address.port : undefined),
			);
		});
	});
}

/** Whether nobody listens on this port of loopback. */
export async function isFree(port: number): Promise<boolean> {
	return (await listenBriefly(port)) !== undefined;
}

/** `wished`, or another port of loopback that is free when `wished` is taken or not given. */
export async function freePort(wished = 0): Promise<number> {
	const port = (await listenBriefly(wished)) ?? (await listenBriefly(0));
	if (port === undefined) throw new ToolError('No port on 127.0.0.1 is free.');
	return port;
}
