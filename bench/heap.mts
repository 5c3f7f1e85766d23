import axios from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import WebSocket from 'ws';
import { z } from 'zod';
import { ToolError } from '../tools/processes.mjs';
import type { Job } from './jobs.mjs';
import { deliverItems, type Place } from './measure.mjs';
import { holdingWorkflow, LAST, workflowFor } from './workflows.mjs';

/** What is held for each item while an execution goes on, in bytes, when garbage has been collected. */
export interface Held {
	/** By n8n, of the workflow with our node. */
	ours: number;
	/** By a process that has the items of its output, and nothing else. */
	output: number;
}

const FEW = 200;
const MANY = 1000;
const START_MS = 10_000;

/**
 * Runs the job with few items and with many, and reads n8n's heap when all files are there and the execution is not over.
 * @param jobOf the job with so many items
 * @param inspectPort where n8n's inspector opens when it is asked to
 */
export async function measureHeld(place: Place, jobOf: (count: number) => Job, inspectPort: number): Promise<Held> {
	const few = await heldOf(place, jobOf(FEW), inspectPort);
	const many = await heldOf(place, jobOf(MANY), inspectPort);
	return { ours: (many.bytes - few.bytes) / (MANY - FEW), output: sizeOf(many.items) / MANY };
}

async function heldOf(place: Place, job: Job, inspectPort: number): Promise<{ bytes: number; items: unknown[] }> {
	const { sandbox, n8n } = place;
	const before = await heap(n8n.pid(), inspectPort);
	let after = 0;
	const items = await deliverItems(place, job, (prompts) => holdingWorkflow(workflowFor('ours', job, prompts, sandbox.apiUrl), LAST.ours), async () => {
		after = await heap(n8n.pid(), inspectPort);
	});
	return { bytes: after - before, items };
}

const COPIES = 20;

/** What a value takes in memory: the mean over copies of it. */
function sizeOf(value: unknown): number {
	v8.setFlagsFromString('--expose-gc');
	const collect = z.function().parse(vm.runInNewContext('gc'));
	const text = JSON.stringify(value);
	const copies: unknown[] = [];
	const used = () => {
		collect();
		return process.memoryUsage().heapUsed;
	};
	const before = used();
	for (let copy = 0; copy < COPIES; copy++) copies.push(JSON.parse(text));
	return (used() - before) / copies.length;
}

const usageSchema = z.object({ usedSize: z.number() });
const targetSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);

/** The bytes of JavaScript's heap that are still in use after all garbage has been collected. */
async function heap(pid: number, inspectPort: number): Promise<number> {
	process.kill(pid, 'SIGUSR1');
	const socket = new WebSocket(await inspectorOf(inspectPort));
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	let number = 0;
	const ask = async (method: string): Promise<unknown> => {
		const id = ++number;
		const answer = new Promise<unknown>((resolve) => {
			const listen = (data: WebSocket.RawData) => {
				const message = z.object({ id: z.number().optional(), result: z.unknown() }).parse(JSON.parse(String(data)));
				if (message.id !== id) return;
				socket.off('message', listen);
				resolve(message.result);
			};
			socket.on('message', listen);
		});
		socket.send(JSON.stringify({ id, method }));
		return await answer;
	};
	await ask('HeapProfiler.collectGarbage');
	await ask('HeapProfiler.collectGarbage');
	const { usedSize } = usageSchema.parse(await ask('Runtime.getHeapUsage'));
	socket.close();
	return usedSize;
}

async function inspectorOf(port: number): Promise<string> {
	for (const deadline = Date.now() + START_MS; Date.now() < deadline; await delay(100)) {
		const answer = await axios.get<unknown>(`http://127.0.0.1:${port}/json`, { proxy: false }).catch(() => undefined);
		const [target] = targetSchema.safeParse(answer?.data).data ?? [];
		if (target) return target.webSocketDebuggerUrl;
	}
	throw new ToolError('n8n did not open its inspector.');
}
