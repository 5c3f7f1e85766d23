import fc from 'fast-check';

import { createRedactor } from '../../nodes/shared/errors/redact.js';
import type { ApiResponse } from '../../nodes/shared/gateways/types.js';
import { resolveFormat } from '../../nodes/shared/files/contentFormat.js';
import { buildFileName } from '../../nodes/shared/files/fileName.js';
import type { StoredFile } from '../../nodes/shared/files/storeBinary.js';
import { toApiResponse } from '../../nodes/shared/transport/body.js';
import { parseBase64Image } from '../../nodes/shared/media/dataUri.js';
import { GenerationError, type Failure } from '../../nodes/shared/errors/failure.js';
import { toFailure, shownFailure } from '../../nodes/shared/errors/retryPolicy.js';
import { describeFailure } from '../../nodes/shared/errors/messages.js';
import type { GeneratedFile, GenerationResult } from '../../nodes/shared/generation/result.js';
import {
	createEventStreamParser,
	type ServerSentEvent,
} from '../../nodes/shared/transport/eventStream.js';
import { toResultItem } from '../../nodes/shared/output/resultItem.js';
import { summaryOf } from '../support/wording.mjs';
import { keyForms, mutated, mutation, takeApart } from './support/mutation.mjs';
import { recordings, request, serviceOf, type Recorded } from './support/recorded.mjs';

/** Of each recorded answer. Every run of the tests has others; `npm run test:property` makes more. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 500);

/** More places than any set has: what makes more of an answer could be made to go on without end. */
const MOST_PLACES = 100;

/** Longer than any message has to be: a sentence of ours, 500 characters of the gateway's, and an id. */
const LONGEST_MESSAGE = 1500;

/** A link may have up to 8192 characters. */
const LONGEST_DESCRIPTION = 10_000;

const KEYS = ['sandbox-gptunnel-key', 'sk-9f/Qz+7c0b1d==k2'];
const hiders = new Map(KEYS.map((key) => [key, createRedactor(key)]));

/** The shortest piece of a key that must not be seen. */
const pieces = new Map(
	KEYS.map((key) => [key, [...new Set(keyForms(key).map((form) => form.slice(0, 8)))]]),
);

function claim(holds: boolean, what: string): asserts holds {
	if (!holds) throw new Error(what);
}

// Hundreds of thousands of refusals are made, each with its stack: a short one says enough.
const { stackTraceLimit } = Error;
beforeAll(() => {
	Error.stackTraceLimit = 3;
});
afterAll(() => {
	Error.stackTraceLimit = stackTraceLimit;
});

/** The answer that came in one piece. */
const wholeAnswer = ({ httpStatus }: Recorded, chunks: Buffer[]): ApiResponse =>
	toApiResponse({ httpStatus }, Buffer.concat(chunks));

/** Reads an answer as `submit` and `lookAt` do, without the network. */
function read(recorded: Recorded, chunks: Buffer[]): GenerationResult {
	const { gateway, reading, httpStatus } = recorded;
	const service = serviceOf(recorded);
	if (reading === 'result') {
		claim(service.tasks !== undefined, 'there are no tasks');
		return service.tasks.parseResponse(wholeAnswer(recorded, chunks));
	}
	const streamed =
		httpStatus === 200 && service.createStreamParser
			? readEvents(service.createStreamParser(request), chunks)
			: undefined;
	if (streamed) return streamed;
	const answer = wholeAnswer(recorded, chunks);
	const failure = gateway.parseError(answer);
	if (failure) throw new GenerationError(service.explainError?.(failure, request) ?? failure);
	return service.parseResponse(answer.body, request);
}

/** What came as events, or undefined where there were none. */
function readEvents(
	reader: ReturnType<NonNullable<ReturnType<typeof serviceOf>['createStreamParser']>>,
	chunks: Buffer[],
): GenerationResult | undefined {
	const parser = createEventStreamParser({ maxEventBytes: 64 * 1024 });
	const files: GenerationResult['files'] = [];
	let events = 0;
	let broken: Failure | undefined;
	const take = (found: ServerSentEvent[]) => {
		for (const { data } of found) {
			events++;
			files.push(...reader.parseResponse(data));
		}
	};
	const guarded = (step: () => void) => {
		try {
			step();
		} catch (error) {
			claim(
				error instanceof GenerationError || Object(error).name === 'EventTooLargeError',
				`thrown: ${String(error)}`,
			);
			broken ??= toFailure(error);
		}
	};
	guarded(() => chunks.forEach((chunk) => take(parser.push(chunk))));
	guarded(() => take(parser.end()));
	const failure = reader.failure() ?? broken;
	if (failure && files.length === 0) throw new GenerationError(failure);
	return events === 0 ? undefined : { ...reader.finish(broken), files };
}

const source = ({ gateway }: Recorded) => ({
	itemIndex: 0,
	gatewayName: gateway.name,
	endOf: () => undefined,
	binaryField: 'data',
});

/** A file as it would be kept, by what the answer says of it; a download has no type of its own here. */
function storedFrom(
	{ source }: GeneratedFile,
	fallback: string,
	withoutKey: (text: string) => string,
): StoredFile {
	const picture = 'base64' in source ? parseBase64Image(source.base64) : undefined;
	const format = resolveFormat(picture?.bytes ?? Buffer.alloc(0), picture?.mimeType);
	const fileName = buildFileName(source, format, { fallback }, withoutKey);
	return {
		binary: { data: '', mimeType: format.mimeType, fileName },
		fileName,
		mimeType: format.mimeType,
		fileSize: 1,
	};
}

/** All that a user sees of an outcome, as one text. Throws where something in it is not what it has to be. */
function shownOutcome(
	recorded: Recorded,
	outcome: GenerationResult,
	withoutKey: (text: string) => string,
): string {
	const { files, failedFiles: missing, metadata: facts, failure } = outcome;
	const places = [...files, ...missing].map(({ index }) => index);
	claim(places.length <= MOST_PLACES, `${places.length} places`);
	claim(
		places.every((index) => Number.isInteger(index) && index >= 0 && index < MOST_PLACES),
		`places ${String(places)}`,
	);
	claim(new Set(places).size === places.length, `the same place twice: ${String(places)}`);
	for (const { source, pixels } of files) {
		if ('url' in source) {
			claim(/^https?:$/.test(new URL(source.url).protocol), `a link that is none: ${source.url}`);
			claim(
				!/\p{Cc}|^\s|\s$/u.test(source.url),
				`a link with line breaks or ends: ${JSON.stringify(source.url)}`,
			);
		} else {
			claim(source.base64.length > 0, 'a file of nothing');
		}
		claim(!pixels || (pixels.width > 0 && pixels.height > 0), `pixels ${JSON.stringify(pixels)}`);
	}
	const numbers = [facts.cost ?? 0, ...Object.values(facts.usage ?? {})];
	claim(numbers.every(Number.isFinite), `numbers ${String(numbers)}`);

	const told = {
		source: source(recorded),
		redact: withoutKey,
		taskId: facts.taskId,
		metadata: facts,
	};
	const kept = files.map((made) => storedFrom(made, facts.taskId ?? 'a model', withoutKey));
	const items = files.map((made, place) => {
		const stored = kept[place];
		return toResultItem({
			...told,
			file: made,
			count: places.length,
			...(stored ? { storedFile: stored } : {}),
		});
	});
	const state = toResultItem({
		...told,
		...(failure ? { errorMessage: shown(failure, recorded, withoutKey) } : {}),
	});
	return (
		JSON.stringify([kept, items, state]) +
		missing.map((one) => shown(one.failure, recorded, withoutKey)).join('\n')
	);
}

/** All that a user sees of a failure, as one text. */
function shown(
	failure: Failure,
	{ gateway }: Recorded,
	withoutKey: (text: string) => string,
): string {
	const hidden = shownFailure(failure, withoutKey);
	const { message, description } = describeFailure(hidden, {
		gateway: gateway.displayName,
		itemIndex: 0,
	});
	claim(
		[': ', ` ${summaryOf('modelUnknown')}`].some((next) =>
			message.startsWith(gateway.displayName + next),
		),
		`a message of nobody: ${message}`,
	);
	claim(message.length <= LONGEST_MESSAGE, `a message of ${message.length} characters`);
	claim(
		description.length <= LONGEST_DESCRIPTION,
		`a description of ${description.length} characters`,
	);
	const { url: link, code = '' } = failure;
	claim(
		link === undefined || /^https?:$/.test(new URL(link).protocol),
		`a link that is none: ${link}`,
	);
	claim(code.length <= LONGEST_MESSAGE, `a code of ${code.length} characters`);
	return `${message}\n${description}\n${hidden.code ?? ''}\n${hidden.url ?? ''}\n${hidden.taskId ?? ''}`;
}

/** What a user sees of an answer, whatever it is. Throws for anything that is no failure of ours. */
function seen(recorded: Recorded, chunks: Buffer[], withoutKey: (text: string) => string): string {
	let outcome: GenerationResult;
	try {
		outcome = read(recorded, chunks);
	} catch (error) {
		if (!(error instanceof GenerationError)) throw error;
		return shown(error.failure, recorded, withoutKey);
	}
	return shownOutcome(recorded, outcome, withoutKey);
}

describe.each(recordings.map((recorded) => [recorded.name, recorded] as const))(
	'%s',
	(_name, recorded) => {
		const original = takeApart(recorded.text, recorded.isStream);

		it('is read, or refused in our words, however it arrives', () => {
			fc.assert(
				fc.property(mutation, fc.constantFrom(...KEYS), (how, key) => {
					const chunks = mutated(original, how, key);
					const text = seen(recorded, chunks, hiders.get(key) ?? String);
					for (const piece of pieces.get(key) ?? [])
						claim(!text.includes(piece), `the key is in ${text}`);
				}),
				{ numRuns: RUNS },
			);
		});
	},
);
