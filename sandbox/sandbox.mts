import { createServer, type RequestListener, type Server } from 'node:http';

import express from 'express';

import { agentsFlareRoutes } from './agentsFlare.mjs';
import { agentsFlareImageRoutes } from './agentsFlareImages.mjs';
import { agentsFlareModelRoutes } from './agentsFlareModels.mjs';
import type { SandboxBehaviour, SandboxFile } from './behaviour.mjs';
import { answerSandboxFault, receiveBody, recordRequests } from './exchange.mjs';
import { injectFaults, surroundAnswers } from './faultInjection.mjs';
import { Callbacks, type SandboxCall } from './callbacks.mjs';
import { FileStore } from './fileStore.mjs';
import { gptunnelRoutes } from './gptunnel.mjs';
import { modelArkRoutes } from './modelArk.mjs';
import { myRouterRoutes } from './myRouter.mjs';
import { myRouterImageRoutes } from './myRouterImages.mjs';
import { type SandboxTaskTimes, TaskList } from './tasks.mjs';

export type { SandboxBehaviour, SandboxFault, SandboxFile, SandboxTask } from './behaviour.mjs';
export type { SandboxCall } from './callbacks.mjs';
export type { SandboxTaskTimes } from './tasks.mjs';

export type SandboxGateway = 'gptunnel' | 'myRouter' | 'agentsFlare' | 'modelArk';

/** A request to either origin, in the order of arrival. */
export interface RecordedRequest {
	origin: 'api' | 'files';
	/** absent for files, and for a path that belongs to no gateway */
	gateway?: SandboxGateway;
	method: string;
	/** without the query */
	path: string;
	query: Record<string, string>;
	/** names in lower case */
	headers: Record<string, string>;
	/**
	 * the JSON as received; of a form, its fields by name, and of a file in it `{name, type, bytes, sha256}`, where what
	 * came more than once or has a name that ends in "[]" is a list; else the plain text; undefined where there was none
	 */
	body: unknown;
	/** true when it was accepted and would have cost money */
	paid: boolean;
	/** HTTP status; 0 until the answer is complete, and for a caller that hung up before it began */
	status: number;
	/** milliseconds since 1970 */
	receivedAt: number;
	/** when the last byte of the answer had left, or the caller hung up; absent until then */
	endedAt?: number;
	/** what it came by: the same object for all requests that came by the same */
	connection: SandboxConnection;
}

/** The server closes none on which it still owes an answer, or a part of one. */
export interface SandboxConnection {
	/** milliseconds since 1970; absent while it is open */
	closedAt?: number;
}

export interface Sandbox {
	/** base URL for the credentials of all gateways, e.g. http://127.0.0.1:5690 (no trailing slash) */
	readonly apiUrl: string;
	/** where the links lead to: another origin, as with the real gateways */
	readonly filesUrl: string;
	readonly keys: Record<SandboxGateway, string>;
	readonly requests: RecordedRequest[];
	/** the calls that were sent to whoever ordered a task with `callback_url` */
	readonly calls: readonly SandboxCall[];
	behaviour: SandboxBehaviour;
	/** when the tasks began and are over, the newest thousand in the order of their creation */
	taskTimes(): SandboxTaskTimes[];
	/** puts any file on the file origin and returns its link */
	addFile(name: string, content: Buffer | SandboxFile, contentType: string): string;
	/**
	 * forgets the recorded requests, goes back to the default behaviour and numbers tasks from 0 again; tasks and files
	 * stay, and so do their links
	 */
	reset(): void;
	/** stops both servers, open connections included */
	close(): Promise<void>;
}

export interface SandboxOptions {
	/** port of the gateways; 0, the default, takes any free one */
	port?: number;
	/** port of the files; 0, the default, takes any free one */
	filesPort?: number;
	/** gets one line per request */
	log?: (line: string) => void;
	/** how many requests to keep, the newest; default all, which a test wants, but a long run cannot hold */
	keepRequests?: number;
}

/** All that a gateway's routes share with the rest of the sandbox. */
export interface SandboxContext {
	keys: Record<SandboxGateway, string>;
	behaviour: () => SandboxBehaviour;
	files: FileStore;
	tasks: TaskList;
	callbacks: Callbacks;
}

const HOST = '127.0.0.1';

/** Nothing secret: they are printed, and good for this sandbox only. */
const KEYS: Record<SandboxGateway, string> = {
	gptunnel: 'sandbox-gptunnel-key',
	myRouter: 'sandbox-myrouter-key',
	agentsFlare: 'sandbox-agentsflare-key',
	modelArk: 'sandbox-modelark-key',
};

/** Starts both servers on loopback. Throws an Error with one clear sentence when a port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { port = 0, filesPort = 0, log = () => undefined, keepRequests = Infinity } = options;
	const requests: RecordedRequest[] = [];
	const keep = (record: RecordedRequest) => {
		requests.push(record);
		if (requests.length > keepRequests) requests.shift();
	};

	const files = new FileStore();
	const filesApp = express().disable('x-powered-by');
	const injectFileFaults = injectFaults(() => sandbox.behaviour.fileFaults);
	filesApp.use(
		recordRequests('files', keep, log),
		injectFileFaults,
		files.routes,
		answerSandboxFault,
	);
	const filesServer = await listen(filesApp, filesPort);
	files.origin = filesServer.url;

	const context: SandboxContext = {
		keys: { ...KEYS },
		behaviour: () => sandbox.behaviour,
		files,
		tasks: new TaskList(),
		callbacks: new Callbacks(() => sandbox.behaviour),
	};
	const apiApp = express().disable('x-powered-by');
	apiApp.use(
		recordRequests('api', keep, log),
		surroundAnswers(() => sandbox.behaviour.around),
		receiveBody,
	);
	// Their paths are also GPTunnel's, whose routes therefore come later: the key tells which gateway is meant.
	apiApp.use(
		agentsFlareImageRoutes(context),
		agentsFlareModelRoutes(context),
		myRouterImageRoutes(context),
	);
	// AgentsFlare comes last: it also answers for unknown paths.
	apiApp.use(
		gptunnelRoutes(context),
		myRouterRoutes(context),
		modelArkRoutes(context),
		agentsFlareRoutes(context),
	);
	apiApp.use(answerSandboxFault);
	const apiServer = await listen(apiApp, port).catch(async (error: unknown) => {
		await filesServer.close();
		throw error;
	});

	const sandbox: Sandbox = {
		apiUrl: apiServer.url,
		filesUrl: filesServer.url,
		keys: context.keys,
		requests,
		calls: context.callbacks.calls,
		behaviour: {},
		taskTimes: () => context.tasks.times(sandbox.behaviour),
		addFile: (name, content, contentType) => files.add(name, content, contentType),
		reset: () => {
			requests.length = 0;
			sandbox.behaviour = {};
			context.tasks.numberFromZero();
			context.callbacks.forget();
		},
		close: async () => {
			context.callbacks.close();
			await Promise.all([apiServer.close(), filesServer.close()]);
		},
	};
	return sandbox;
}

interface RunningServer {
	url: string;
	close(): Promise<void>;
}

async function listen(app: RequestListener, port: number): Promise<RunningServer> {
	const server = createServer(app);
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
		server.listen(port, HOST, resolve);
	});
	return { url: urlOf(server), close: async () => await stop(server) };
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
	return error.code === 'EADDRINUSE'
		? new Error(
				`Port ${port} on ${HOST} is taken: end the program that uses it, or choose others with --port and --files-port.`,
			)
		: error;
}

function urlOf(server: Server): string {
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The server has no port');
	return `http://${HOST}:${address.port}`;
}

async function stop(server: Server): Promise<void> {
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
