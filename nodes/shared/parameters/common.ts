import { z } from 'zod';
import {
	DEFAULT_ASPECT_RATIO,
	DEFAULT_FIELD,
	DEFAULT_MAX_CONCURRENCY,
	DEFAULT_ON_TIMEOUT,
	DEFAULT_POLL_INTERVAL,
	DEFAULT_WHILE_WAITING,
	PAUSES,
} from '../generation/defaults';
import { imagesSchema } from './inputImages';
import {
	countParamOr,
	modelParam,
	enumParam,
	enumParamOr,
	intervalParamOr,
	stringParam,
	stringParamOr,
	timeoutParamOr,
	booleanParamOr,
} from './schemas';

/** The parameters that every node has. */
export const commonParams = {
	operation: enumParam(['generate', 'createTask', 'getResult', 'waitUntilDone']),
	model: modelParam,
	prompt: stringParam,
	images: imagesSchema,
	aspectRatio: stringParamOr(DEFAULT_ASPECT_RATIO),
	taskId: stringParam,
};

/** The options that every node has. */
export const commonOptions = (defaultTimeoutSeconds: number) => ({
	callbackUrl: stringParam,
	download: booleanParamOr(true),
	fileName: stringParamOr(''),
	handLinksOn: booleanParamOr(false),
	maxConcurrency: countParamOr(DEFAULT_MAX_CONCURRENCY),
	onTimeout: enumParamOr(['error', 'returnState'], DEFAULT_ON_TIMEOUT),
	pollInterval: intervalParamOr(DEFAULT_POLL_INTERVAL),
	putOutputInField: stringParamOr(DEFAULT_FIELD),
	timeout: timeoutParamOr(defaultTimeoutSeconds),
	whileWaiting: enumParamOr([DEFAULT_WHILE_WAITING, ...PAUSES], DEFAULT_WHILE_WAITING),
});

/** The parameters of one item that every node has, after validation of their types. */
export type CommonParams = z.output<
	z.ZodObject<typeof commonParams & { options: z.ZodObject<ReturnType<typeof commonOptions>> }>
>;

/** The value of each parameter for an item whose form hides it. */
export const COMMON_HIDDEN_DEFAULTS: Record<keyof CommonParams, unknown> = {
	operation: 'generate',
	model: '',
	prompt: '',
	images: {},
	aspectRatio: DEFAULT_ASPECT_RATIO,
	taskId: '',
	options: {},
};
