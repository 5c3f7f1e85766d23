import { createServer, type RequestListener, type Server } from 'node:http';
import { z } from 'zod';
import { startSandbox, type RecordedRequest, type Sandbox } from '../../sandbox/sandbox.mjs';
import type { CredentialData } from './credentials.mjs';

/** The sandbox's credentials for every gateway, as `runNode` and `listSearch` take them. */
export function sandboxCredentials({ apiUrl, keys }: Sandbox): CredentialData {
	return Object.fromEntries(
		Object.entries(keys).map(([gateway, apiKey]) => [`${gateway}Api`, { apiKey, baseUrl: apiUrl }]),
	);
}

/** A file's sandbox, and what its tests ask of it. */
export interface SandboxFixture {
	sandbox(): Sandbox;
	credentials(): CredentialData;
	/** The requests since the test began that would have cost money. */
	charged(): RecordedRequest[];
	/** The requests since the test began that went to a gateway, not to its storage. */
	sentToGateways(): RecordedRequest[];
	/** The requests since the test began to this path. */
	requestsTo(path: string): RecordedRequest[];
}

/**
 * Starts one sandbox for all tests of a file, each of which finds it as new.
 *
 * It is reset before a test and not after it: jest runs the hooks of a file in the order in which they were registered,
 * so an `afterEach` that checks what the test has sent would find nothing.
 * @param taskSeconds how long a task takes in each test; default: as the sandbox has it
 */
export function useSandbox({ taskSeconds }: { taskSeconds?: number } = {}): SandboxFixture {
	let started: Sandbox | undefined;
	const sandbox = () => {
		if (!started) throw new Error('The sandbox runs only within tests and their hooks');
		return started;
	};
	beforeAll(async () => {
		started = await startSandbox();
	});
	beforeEach(() => {
		sandbox().reset();
		if (taskSeconds !== undefined) sandbox().behaviour.taskSeconds = taskSeconds;
	});
	afterAll(async () => await started?.close());

	const requestsThat = (matches: (request: RecordedRequest) => boolean) =>
		sandbox().requests.filter(matches);
	return {
		sandbox,
		credentials: () => sandboxCredentials(sandbox()),
		charged: () => requestsThat(({ paid }) => paid),
		sentToGateways: () => requestsThat(({ origin }) => origin === 'api'),
		requestsTo: (path) => requestsThat((request) => request.path === path),
	};
}

export interface TestServer {
	/** Without a slash at the end. */
	url: string;
	/** Takes no more requests; resolves when those that were sent have their answers. */
	close(): Promise<void>;
}

/** Starts a server on loopback; returns its URL, without a slash at the end. */
async function start(server: Server): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = z.object({ port: z.number() }).parse(server.address());
	return `http://127.0.0.1:${port}`;
}

async function stop(server: Server): Promise<void> {
	const closed = new Promise((resolve) => server.close(resolve));
	server.closeAllConnections();
	await closed;
}

const listening: Server[] = [];
// Not after each test: those that jest runs at the same time end one before the other.
afterAll(async () => {
	await Promise.all(listening.splice(0).map(stop));
});

/** Starts an HTTP server for one test. It is closed when the file has ended, or before, if a test waits for that. */
export async function listen(handler: RequestListener): Promise<TestServer> {
	const server = createServer(handler);
	listening.push(server);
	return {
		url: await start(server),
		close: async () => await new Promise((resolve) => server.close(() => resolve())),
	};
}

/**
 * Starts one HTTP server for all tests of a file. The connections of a test are closed after it, so the handler may leave
 * a request without an answer.
 * @returns what gives its URL, without a slash at the end
 */
export function useServer(handler: RequestListener): () => string {
	const server = createServer(handler);
	let url: string | undefined;
	beforeAll(async () => {
		url = await start(server);
	});
	afterEach(() => server.closeAllConnections());
	afterAll(async () => await stop(server));
	return () => {
		if (url === undefined) throw new Error('The server runs only within tests and their hooks');
		return url;
	};
}
