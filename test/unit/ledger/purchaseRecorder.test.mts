import { createRedactor } from '../../../nodes/shared/errors/redact.js';
import type { Purchase } from '../../../nodes/shared/ledger/purchase.js';
import {
	createRecorder,
	type PurchaseRecorder,
} from '../../../nodes/shared/ledger/purchaseRecorder.js';
import type { GenerationResult } from '../../../nodes/shared/generation/result.js';

const key = 'sk-9f/Qz+7c0b1d==k2';

/** What the next try of the node finds. */
function rememberedAfter(
	tell: (memory: PurchaseRecorder) => void,
	inTasks = false,
): Purchase | undefined {
	let kept: Purchase | undefined;
	const submission = {
		find: () => kept,
		isSettled: () => kept !== undefined,
		record: (what: Purchase) => void (kept = what),
	};
	tell(createRecorder(submission, inTasks, createRedactor(key)));
	return kept;
}

const made = (source: GenerationResult['files'][number]['source'], index = 0) => ({
	index,
	source,
});
const outcome = (
	files: GenerationResult['files'],
	metadata: Partial<GenerationResult['metadata']> = {},
): GenerationResult => ({
	files,
	failedFiles: [],
	metadata: { status: 'succeeded', ...metadata },
});
const stored = (id: string | undefined) => ({
	binary: { data: '', mimeType: 'image/png', ...(id === undefined ? {} : { id }) },
	fileName: 'fox.png',
	mimeType: 'image/png',
	fileSize: 5000,
});

it('keeps a task by its ID, and what was made by its links', () => {
	const task = outcome([], { taskId: '687fbd658a5526000178d729', status: 'queued' });
	expect(rememberedAfter((memory) => memory.onAccepted(task, []), true)).toEqual({
		taskId: '687fbd658a5526000178d729',
		purchasedAt: expect.any(Date),
	});
	const link = made({ url: 'https://files.test/fox.png' });
	expect(rememberedAfter((memory) => memory.onAccepted(outcome([link]), []))).toMatchObject({
		result: { files: [link] },
		storedFiles: [],
	});
});

it.each<[string, GenerationResult, boolean]>([
	['an ID', outcome([], { taskId: `task-${key}` }), true],
	['a link', outcome([made({ url: `https://files.test/?key=${encodeURIComponent(key)}` })]), false],
])(
	'keeps a failure that must not be repeated in place of %s with the key',
	(_what, bought, inTasks) => {
		expect(rememberedAfter((memory) => memory.onAccepted(bought, []), inTasks)).toEqual({
			failure: { kind: 'answerLost', message: expect.stringContaining('has the key in it') },
		});
	},
);

describe('what came as data', () => {
	const first = { file: made({ base64: 'AAAA' }), storedFile: stored('filesystem-v2:1') };
	const broken = {
		file: made({ base64: 'AAAA' }, 1),
		failure: { kind: 'answerLost' as const, message: 'it is no picture' },
	};

	it('is kept as the file that it has become', () => {
		const bought = rememberedAfter((memory) => memory.onStored(outcome([]), [first]));
		expect(bought).toMatchObject({
			result: { files: [{ index: 0, source: { base64: '' } }] },
			storedFiles: [{ index: 0, file: first.storedFile }],
		});
	});

	it('and could not be stored is not bought again with the rest of its set', () => {
		const bought = rememberedAfter((memory) => memory.onStored(outcome([]), [first, broken]));
		expect(bought).toMatchObject({
			result: { files: [{ index: 0 }], failedFiles: [{ index: 1, failure: broken.failure }] },
		});
	});

	it('and could not be stored at all is a failure that must not be repeated', () => {
		const bought = rememberedAfter((memory) =>
			memory.onStored(outcome([], { taskId: 'an-id' }), [broken]),
		);
		expect(bought).toEqual({ failure: { ...broken.failure, taskId: 'an-id' } });
	});

	it('is not kept where it ends with the try', () => {
		expect(
			rememberedAfter((memory) =>
				memory.onStored(outcome([]), [{ ...first, storedFile: stored(undefined) }]),
			),
		).toBeUndefined();
	});
});

it('lets a task that failed be ordered once more, but not one whose input was refused', () => {
	const task = outcome([], { taskId: 'a-task', status: 'queued' });
	const after = (kind: 'taskFailed' | 'contentRefused') =>
		rememberedAfter((memory) => {
			memory.onAccepted(task, []);
			memory.onTaskFailed({ kind, message: '' }, 'a-task');
		}, true);
	expect(after('taskFailed')).toEqual({ failedTaskId: 'a-task', message: expect.any(String) });
	expect(after('contentRefused')).toEqual({
		failure: { kind: 'contentRefused', message: '', taskId: 'a-task' },
	});
});

it('keeps a second task that failed from being ordered a third time, and knows the first', () => {
	let kept: Purchase | undefined = { failedTaskId: 'the-first' };
	const submission = {
		find: () => kept,
		isSettled: () => false,
		record: (what: Purchase) => void (kept = what),
	};
	const memory = createRecorder(submission, true, createRedactor(key));
	expect(memory.find()).toBeUndefined();
	const failure = { kind: 'taskFailed', message: 'no', detail: 'so did task the-first before it' };
	expect(memory.onTaskFailed({ kind: 'taskFailed', message: 'no' }, 'the-second')).toEqual(failure);
	expect(kept).toEqual({ failure: { ...failure, taskId: 'the-second' } });
});

it.each(['timedOut', 'answerLost', 'contentRefused', 'invalidInput'] as const)(
	'keeps a request that ended as %s from being repeated',
	(kind) => {
		const failure = { kind, message: '', httpStatus: 400 };
		expect(rememberedAfter((memory) => memory.onRejected(failure))).toEqual({ failure });
	},
);

it('lets a request whose image could not be read any more be sent by the next try', () => {
	expect(
		rememberedAfter((memory) => memory.onRejected({ kind: 'invalidInput', message: '' })),
	).toBeUndefined();
});

it.each(['notSent', 'rateLimited', 'notReachable', 'keyNotAccepted'] as const)(
	'lets a request that ended as %s be sent by the next try',
	(kind) => {
		expect(rememberedAfter((memory) => memory.onRejected({ kind, message: '' }))).toBeUndefined();
	},
);
