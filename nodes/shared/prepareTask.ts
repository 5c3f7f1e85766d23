import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import {
	DEFAULT_ASPECT_RATIO,
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_ON_TIMEOUT,
	DEFAULT_POLL_INTERVAL,
	DEFAULT_TASK_TIMEOUT,
} from './defaults';
import { modelOf, serverOf } from './form/choices';
import { checkedReferences, imagesSchema, namesOf, referencesOf } from './form/images';
import { readForm } from './form/read';
import { concurrency, fileOptions, modelChoice, number, oneOf, text, textOr, timeoutOr } from './form/values';
import type { MediaService } from './gateways/gateway';
import type { Server } from './gateways/registry';
import type { Failed } from './io/errors';
import type { ReferenceCache } from './io/references';
import { digestOf, type Submissions } from './io/submissions';
import { exchangeOf, type Job, type Order } from './job';
import { invalidInput } from './media/failure';
import { checkMediaRequest } from './media/mediaRequest';

const formSchema = z.object({
	operation: oneOf(['generate', 'createTask', 'getResult', 'waitUntilDone']),
	model: modelChoice,
	prompt: text,
	images: imagesSchema,
	aspectRatio: textOr(DEFAULT_ASPECT_RATIO),
	taskId: text,
	options: z
		.object({
			...fileOptions,
			maxConcurrency: concurrency.default(DEFAULT_MAX_CONCURRENCY),
			onTimeout: oneOf(['error', 'returnState']).default(DEFAULT_ON_TIMEOUT),
			pollInterval: number.min(0, 'has to be 0 or more seconds').default(DEFAULT_POLL_INTERVAL),
			timeout: timeoutOr(DEFAULT_TASK_TIMEOUT),
		})
		.default({}),
});

type Form = z.output<typeof formSchema>;

const FALLBACKS: Record<keyof Form, unknown> = {
	operation: 'generate',
	model: '',
	prompt: '',
	images: {},
	aspectRatio: DEFAULT_ASPECT_RATIO,
	taskId: '',
	options: {},
};

const UNTIL: Record<Form['operation'], Job['until']> = {
	generate: 'done',
	createTask: 'created',
	getResult: 'seen',
	waitUntilDone: 'done',
};

/** One item of a node that works in tasks, and what it shares with the others. */
export interface TaskItem {
	context: IExecuteFunctions;
	itemIndex: number;
	servers: ReadonlyArray<Server<MediaService>>;
	/** What the form calls the input images. */
	imagesLabel: string;
	cache: ReferenceCache;
	submissions: Submissions;
}

/**
 * Turns the form of one item into a job: everything is read and checked, nothing is sent to the gateway.
 * Never throws: what is wrong with the item comes back in the job's place.
 */
export async function prepareTask(item: TaskItem): Promise<Job | Failed> {
	const { context, itemIndex, servers, imagesLabel } = item;
	let gateway: { gateway?: Job['gateway'] } = {};
	try {
		const server = serverOf(servers, context, itemIndex);
		gateway = { gateway: server.gateway };
		const form = readForm(context, itemIndex, formSchema, FALLBACKS, imagesLabel);
		const { tasks } = server.service;
		const takesUp = form.operation === 'getResult' || form.operation === 'waitUntilDone';
		return {
			itemIndex,
			gateway: server.gateway,
			start: takesUp ? { taskId: taskIdOf(form) } : await orderOf(item, server, form),
			...(tasks ? { tasks } : {}),
			until: UNTIL[form.operation],
			output: form.options,
		};
	} catch (error) {
		return { itemIndex, error, ...gateway };
	}
}

function taskIdOf({ taskId }: Form): string {
	const id = taskId.trim();
	if (id === '') throw invalidInput('Task ID', 'it is empty; Create Task gives it as {{ $json.taskId }}');
	return id;
}

async function orderOf(item: TaskItem, server: Server<MediaService>, form: Form): Promise<Order> {
	const { context, itemIndex, servers, imagesLabel: label, cache, submissions } = item;
	const { service, gateway } = server;
	const rules = service.references;
	const { id: model } = modelOf(servers, server, form.model);
	const references = referencesOf(form.images, label, rules.linksOnly === true);
	const asked = { model, prompt: form.prompt, aspectRatio: form.aspectRatio };
	checkMediaRequest(asked, references.length, service, label);
	const digest = digestOf([gateway.name, asked, namesOf(references, context, itemIndex)]);
	// What was bought in an earlier try needs its images no more, and they may be gone.
	const wanted = submissions.of(itemIndex, digest).isBought() ? [] : references;
	return {
		model,
		asked: digest,
		isSet: false,
		references: await checkedReferences({ context, itemIndex, label, rules, cache }, wanted, form.options.timeout),
		exchange: (images) => exchangeOf(service, { ...asked, images }),
	};
}
