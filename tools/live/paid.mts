import { setTimeout as delay } from 'node:timers/promises';
import type { TaskApi } from '../../nodes/shared/gateways/types.js';
import { parseBase64Image } from '../../nodes/shared/media/dataUri.js';
import { detectFormat } from '../../nodes/shared/media/detectFormat.js';
import { isTransient } from '../../nodes/shared/errors/retryPolicy.js';
import {
	isTerminal,
	type GeneratedFile,
	type GenerationResult,
} from '../../nodes/shared/generation/result.js';
import { Check, makeCheck } from './check.mjs';
import type { ServiceDescriptions } from './descriptions.mjs';
import { failureIn, failureWords } from './failures.mjs';
import type { Place } from './free.mjs';
import { SERVICES, type LiveOrder } from './orders.mjs';
import { download, NoAnswer, send, type Received } from './wire.mjs';

/** How long things may take, in seconds. */
export interface Patience {
	/** Of an order with its task, in all. */
	longest: number;
	/** Between two looks at a task. */
	pause: number;
}

const HEARTBEAT_MS = 15_000;

/** A task that was ordered a moment ago may not be known everywhere yet. Seconds. */
const UNTIL_KNOWN = 30;

/** Orders one thing, waits for it, and looks at the file. Each order is paid for. */
export async function paidChecks(
	place: Place,
	order: LiveOrder,
	patience: Patience,
	onTask: (taskId: string) => void,
): Promise<Check[]> {
	const { tell, descriptions } = place;
	const name = SERVICES[order.service];
	const known = descriptions[order.service];
	tell(`${name}: ${order.words} is ordered …`);
	let outcome: GenerationResult | undefined;
	const checks = [
		await makeCheck(`${name}: order`, async (check) => {
			const { line } = place;
			const received = await waiting(
				place,
				name,
				async () => await send(line, order.exchange.request, patience.longest),
			);
			check.keep(received);
			outcome = understood(check, received, place, order, known);
		}),
	];
	const taskId = outcome?.metadata.taskId;
	if (order.tasks) {
		const { tasks } = order;
		if (taskId !== undefined) onTask(taskId);
		if (taskId === undefined)
			checks.push(new Check(`${name}: task until it is done`).leaveOut('there is no task'));
		else {
			checks.push(
				await makeCheck(`${name}: task until it is done`, async (check) => {
					outcome = await waiting(
						place,
						name,
						async () => await watch(check, place, { tasks, taskId, patience, known }),
					);
				}),
			);
		}
		if (tasks.cancel) {
			checks.push(
				new Check(`${name}: Cancel Task`).leaveOut(
					'it would have to be ordered, and might begin before it is cancelled, which costs money',
				),
			);
		}
	}
	const { files = [] } = outcome ?? {};
	if (files.length === 0) checks.push(new Check(`${name}: file`).leaveOut('there is none'));
	for (const file of files)
		checks.push(
			await makeCheck(
				`${name}: file`,
				async (check) => await lookAtFile(check, file, order, patience),
			),
		);
	return checks;
}

/** Says now and then that it still goes on. */
async function waiting<Result>(
	{ tell }: Place,
	name: string,
	work: () => Promise<Result>,
): Promise<Result> {
	const began = Date.now();
	const heartbeat = setInterval(
		() => tell(`  … ${name}: ${Math.round((Date.now() - began) / 1000)} s so far`),
		HEARTBEAT_MS,
	);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
	}
}

/** What the package makes of the answer to an order. */
function understood(
	check: Check,
	received: Received,
	{ line: { gateway } }: Place,
	{ exchange, tasks }: LiveOrder,
	known: ServiceDescriptions | undefined,
): GenerationResult | undefined {
	const { events } = received;
	const failure = events.length > 0 ? undefined : gateway.parseError(received);
	if (failure) {
		check.differs(`the order was refused; ${failureWords(failure)}`);
		return undefined;
	}
	check.compare(received, known?.order);
	const outcome = check.understand(() => readOutcome(received, exchange));
	if (!outcome) return undefined;
	const { files, failedFiles: missing, metadata: facts } = outcome;
	for (const one of missing) check.differs(`a file is missing; ${failureWords(one.failure)}`);
	if (!tasks && files.length === 0) check.differs('the package finds no file in it');
	if (!tasks && facts.status !== 'succeeded')
		check.differs(`the package takes its state for "${facts.status}"`);
	if (tasks && facts.taskId === undefined) check.differs('the package finds no task in it');
	return outcome;
}

function readOutcome(
	{ body, events }: Received,
	{ parseResponse: read, createStreamParser: readStream }: LiveOrder['exchange'],
): GenerationResult {
	const reader = events.length > 0 ? readStream?.() : undefined;
	if (!reader) return read(body);
	const files = events.flatMap((data) => reader.parseResponse(data));
	return { files, ...reader.finish() };
}

interface Watched {
	tasks: TaskApi;
	taskId: string;
	patience: Patience;
	known: ServiceDescriptions | undefined;
}

/** Looks at a task until it is done; undefined where that cannot be seen. */
async function watch(
	check: Check,
	{ line, tell }: Place,
	watched: Watched,
): Promise<GenerationResult | undefined> {
	const { tasks, taskId, patience } = watched;
	const began = Date.now();
	const seconds = () => Math.round((Date.now() - began) / 1000);
	let word = '';
	for (;;) {
		const received = await orNothing(send(line, tasks.getTask(taskId)));
		const seen = received ? look(check, received, watched, seconds() < UNTIL_KNOWN) : 'later';
		if (seen === 'over') return undefined;
		if (seen === 'later') check.note('at least one look brought nothing, for a reason that passes');
		else {
			const { status, gatewayStatus = status } = seen.metadata;
			if (gatewayStatus !== word) tell(`  ${gatewayStatus} after ${seconds()} s`);
			word = gatewayStatus;
			if (isTerminal(status)) return seen;
		}
		if (Date.now() - began >= patience.longest * 1000) {
			check.differs(
				`the package does not see it done within ${patience.longest} seconds; its state is "${word}"`,
			);
			return undefined;
		}
		await delay(patience.pause * 1000);
	}
}

/** A task goes on while a connection breaks. */
async function orNothing(answer: Promise<Received>): Promise<Received | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof NoAnswer) return undefined;
		throw error;
	}
}

/** What the package makes of one look: a state, nothing for now, or nothing at all. */
function look(
	check: Check,
	received: Received,
	{ tasks, known }: Watched,
	isYoung: boolean,
): GenerationResult | 'later' | 'over' {
	try {
		const outcome = tasks.parseResponse(received);
		const { status, gatewayStatus = status } = outcome.metadata;
		check.keep(received, gatewayStatus);
		check.compare(received, known?.state);
		if (outcome.failure)
			check.differs(`it has ended as ${status}; ${failureWords(outcome.failure)}`);
		return outcome;
	} catch (error) {
		const failure = failureIn(error);
		// What cannot be understood counts as lost, which passes; but here it is what is looked for.
		const isLost = failure.kind === 'answerLost' && received.httpStatus === 200;
		const passes = isTransient(failure.kind) && !isLost;
		if (passes || (failure.kind === 'taskNotFound' && isYoung)) return 'later';
		check.keep(received, 'not understood');
		check.compare(received, known?.state);
		check.differs(failureWords(failure));
		return 'over';
	}
}

/** Whether a link can be downloaded, or base64 be read, and is what was ordered. */
async function lookAtFile(
	check: Check,
	{ source }: GeneratedFile,
	{ makes }: LiveOrder,
	{ longest }: Patience,
): Promise<void> {
	const file =
		'url' in source
			? await download(source.url, longest)
			: { httpStatus: 200, contentType: 'base64', bytes: parseBase64Image(source.base64)?.bytes };
	const { httpStatus, contentType, bytes } = file;
	if (httpStatus !== 200) {
		check.differs(`the storage answers with HTTP status ${httpStatus}`);
		return;
	}
	const format = bytes && detectFormat(bytes);
	if (bytes && format?.kind === makes) {
		const { width, height, mimeType } = format;
		check.note(
			`${mimeType}${width === undefined ? '' : `, ${width}x${height}`}, ${bytes.length.toLocaleString('en-US')} bytes; it came as ${contentType}`,
		);
		return;
	}
	const kind = format
		? `${format.mimeType}, not a ${makes === 'image' ? 'picture' : makes}`
		: 'of no format that is known';
	const begins =
		bytes && !format ? `, and begins with ${JSON.stringify(bytes.toString('latin1', 0, 30))}` : '';
	check.differs(`the file is ${kind} (it came as ${contentType}${begins})`);
}
