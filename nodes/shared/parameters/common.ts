import { z } from 'zod';
import { DEFAULT_ASPECT_RATIO, DEFAULT_FIELD, DEFAULT_MAX_CONCURRENCY, DEFAULT_ON_TIMEOUT, DEFAULT_POLL_INTERVAL, DEFAULT_WHILE_WAITING } from '../generation/defaults';
import { imagesSchema } from './inputImages';
import { countOr, modelChoice, oneOf, oneOfOr, pauseOr, text, textOr, timeoutOr, yesOrNoOr } from './schemas';

/** What the form of every node has. */
export const commonFields = {
	operation: oneOf(['generate', 'createTask', 'getResult', 'waitUntilDone']),
	model: modelChoice,
	prompt: text,
	images: imagesSchema,
	aspectRatio: textOr(DEFAULT_ASPECT_RATIO),
	taskId: text,
};

/**
 * The options of every node.
 * @param seconds the time limit where none is given
 */
export const commonOptions = (seconds: number) => ({
	download: yesOrNoOr(true),
	fileName: textOr(''),
	handLinksOn: yesOrNoOr(false),
	maxConcurrency: countOr(DEFAULT_MAX_CONCURRENCY),
	onTimeout: oneOfOr(['error', 'returnState'], DEFAULT_ON_TIMEOUT),
	pollInterval: pauseOr(DEFAULT_POLL_INTERVAL),
	putOutputInField: textOr(DEFAULT_FIELD),
	timeout: timeoutOr(seconds),
	whileWaiting: oneOfOr(['keepRunning', 'pauseExecution'], DEFAULT_WHILE_WAITING),
});

/** The form of one item, checked for its types, as far as all nodes have it. */
export type CommonForm = z.output<z.ZodObject<typeof commonFields & { options: z.ZodObject<ReturnType<typeof commonOptions>> }>>;

/** What holds where a parameter is hidden. */
export const COMMON_FALLBACKS: Record<keyof CommonForm, unknown> = {
	operation: 'generate',
	model: '',
	prompt: '',
	images: {},
	aspectRatio: DEFAULT_ASPECT_RATIO,
	taskId: '',
	options: {},
};
