import axios from 'axios';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { z } from 'zod';
import { ToolError } from './processes.mjs';

/** What a Node process holds when all its garbage has been collected. */
export interface Held {
	/** Bytes of JavaScript's heap. */
	heap: number;
	/** Open handles and requests: sockets, timers, files that are being read. */
	resources: number;
}

const START_MS = 10_000;
const CHECK_MS = 100;
/** So many collections: what one frees may let the next one free more. */
const COLLECTIONS = 2;

const targetSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);
const usageSchema = z.object({ usedSize: z.number() });
const evaluatedSchema = z.object({ result: z.object({ value: z.number() }) });

/** The memory of a process that is in the machine's, in bytes; as Linux tells it. */
export function residentMemory(pid: number): number {
	return (
		Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
	);
}

/**
 * Node's option by which a process opens its inspector at this port of loopback, once it is asked to: for the
 * environment of the process, as `NODE_OPTIONS`.
 */
export function inspectOption(port: number): string {
	return `--inspect-port=127.0.0.1:${port}`;
}

/**
 * Collects a process's garbage and tells what is left. Its inspector is open only meanwhile, so that processes may
 * share a port, if they are asked one after another.
 * @param port of `inspectOption`, with which the process was started
 * @throws ToolError when the process does not answer
 */
export async function heldBy(pid: number, port: number): Promise<Held> {
	process.kill(pid, 'SIGUSR1');
	const socket = new WebSocket(await inspectorOf(port));
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	for (let collection = 0; collection < COLLECTIONS; collection++)
		await ask(socket, 'HeapProfiler.collectGarbage');
	const { usedSize } = usageSchema.parse(await ask(socket, 'Runtime.getHeapUsage'));
	const resources = await evaluate(socket, 'process.getActiveResourcesInfo().length');
	const closed = new Promise((resolve) => socket.once('close', resolve));
	await evaluate(
		socket,
		'setTimeout(() => process.getBuiltinModule("node:inspector").close(), 1), 0',
	);
	await closed;
	return { heap: usedSize, resources };
}

async function evaluate(socket: WebSocket, expression: string): Promise<number> {
	return evaluatedSchema.parse(
		await ask(socket, 'Runtime.evaluate', { expression, returnByValue: true }),
	).result.value;
}

let asked = 0;

async function ask(
	socket: WebSocket,
	method: string,
	params: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
	const id = ++asked;
	const answer = new Promise<unknown>((resolve, reject) => {
		const listen = (data: WebSocket.RawData) => {
			const message = z
				.object({ id: z.number().optional(), result: z.unknown() })
				.parse(JSON.parse(String(data)));
			if (message.id !== id) return;
			socket.off('message', listen).off('close', fail);
			resolve(message.result);
		};
		const fail = () =>
			reject(new ToolError(`The process closed its inspector before it answered ${method}.`));
		socket.on('message', listen).once('close', fail);
	});
	socket.send(JSON.stringify({ id, method, params }));
	return await answer;
}

async function inspectorOf(port: number): Promise<string> {
	for (const deadline = Date.now() + START_MS; Date.now() < deadline; await delay(CHECK_MS)) {
		const answer = await axios
			.get<unknown>(`http://127.0.0.1:${port}/json`, { proxy: false })
			.catch(() => undefined);
		const [target] = targetSchema.safeParse(answer?.data).data ?? [];
		if (target) return target.webSocketDebuggerUrl;
	}
	throw new ToolError('The process did not open its inspector.');
}
