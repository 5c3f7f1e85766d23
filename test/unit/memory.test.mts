import { createRedactor } from '../../nodes/shared/errors/redact.js';
import type { Purchase } from '../../nodes/shared/ledger/purchaseLedger.js';
import { createRecorder, type PurchaseRecorder } from '../../nodes/shared/ledger/purchaseRecord.js';
import type { GenerationResult } from '../../nodes/shared/generation/result.js';

const key = 'sk-9f/Qz+7c0b1d==k2';

/** What the next try of the node finds. */
function rememberedAfter(tell: (memory: PurchaseRecorder) => void, inTasks = false): Purchase | undefined {
	let kept: Purchase | undefined;
	const submission = { recall: () => kept, isBought: () => kept !== undefined, remember: (what: Purchase) => void (kept = what) };
	tell(createRecorder(submission, inTasks, createRedactor(key)));
	return kept;
}

const made = (source: GenerationResult['files'][number]['source'], index = 0) => ({ index, source });
const outcome = (files: GenerationResult['files'], facts: Partial<GenerationResult['facts']> = {}): GenerationResult => ({
	files,
	missing: [],
	facts: { status: 'succeeded', ...facts },
});
const stored = (id: string | undefined) => ({
	binary: { data: '', mimeType: 'image/png', ...(id === undefined ? {} : { id }) },
	fileName: 'fox.png',
	mimeType: 'image/png',
	fileSize: 5000,
});

it('keeps a task by its ID, and what was made by its links', () => {
	const task = outcome([], { taskId: '687fbd658a5526000178d729', status: 'queued' });
	expect(rememberedAfter((memory) => memory.accepted(task, []), true)).toEqual({ taskId: '687fbd658a5526000178d729', boughtAt: expect.any(Date) });
	const link = made({ url: 'https://files.test/fox.png' });
	expect(rememberedAfter((memory) => memory.accepted(outcome([link]), []))).toMatchObject({ outcome: { files: [link] }, kept: [] });
});

it.each<[string, GenerationResult, boolean]>([
	['an ID', outcome([], { taskId: `task-${key}` }), true],
	['a link', outcome([made({ url: `https://files.test/?key=${encodeURIComponent(key)}` })]), false],
])('keeps a failure that must not be repeated in place of %s with the key', (_what, bought, inTasks) => {
	expect(rememberedAfter((memory) => memory.accepted(bought, []), inTasks)).toEqual({
		failure: { kind: 'answerLost', says: expect.stringContaining('has the key in it') },
	});
});

describe('what came as data', () => {
	const first = { made: made({ base64: 'AAAA' }), stored: stored('filesystem-v2:1') };
	const broken = { made: made({ base64: 'AAAA' }, 1), failure: { kind: 'answerLost' as const, says: 'it is no picture' } };

	it('is kept as the file that it has become', () => {
		const bought = rememberedAfter((memory) => memory.stored(outcome([]), [first]));
		expect(bought).toMatchObject({ outcome: { files: [{ index: 0, source: { base64: '' } }] }, kept: [{ index: 0, file: first.stored }] });
	});

	it('and could not be stored is not bought again with the rest of its set', () => {
		const bought = rememberedAfter((memory) => memory.stored(outcome([]), [first, broken]));
		expect(bought).toMatchObject({ outcome: { files: [{ index: 0 }], missing: [{ index: 1, failure: broken.failure }] } });
	});

	it('and could not be stored at all is a failure that must not be repeated', () => {
		const bought = rememberedAfter((memory) => memory.stored(outcome([], { taskId: 'an-id' }), [broken]));
		expect(bought).toEqual({ failure: { ...broken.failure, taskId: 'an-id' } });
	});

	it('is not kept where it ends with the try', () => {
		expect(rememberedAfter((memory) => memory.stored(outcome([]), [{ ...first, stored: stored(undefined) }]))).toBeUndefined();
	});
});

it('lets a task that failed be ordered once more, but not one whose input was refused', () => {
	const task = outcome([], { taskId: 'a-task', status: 'queued' });
	const after = (kind: 'taskFailed' | 'contentRefused') =>
		rememberedAfter((memory) => {
			memory.accepted(task, []);
			memory.taskFailed({ kind, says: '' }, 'a-task');
		}, true);
	expect(after('taskFailed')).toEqual({ failedTask: 'a-task', says: expect.any(String) });
	expect(after('contentRefused')).toEqual({ failure: { kind: 'contentRefused', says: '', taskId: 'a-task' } });
});

it('keeps a second task that failed from being ordered a third time, and knows the first', () => {
	let kept: Purchase | undefined = { failedTask: 'the-first' };
	const submission = { recall: () => kept, isBought: () => false, remember: (what: Purchase) => void (kept = what) };
	const memory = createRecorder(submission, true, createRedactor(key));
	expect(memory.recall()).toBeUndefined();
	const failure = { kind: 'taskFailed', says: 'no', hint: 'so did task the-first before it' };
	expect(memory.taskFailed({ kind: 'taskFailed', says: 'no' }, 'the-second')).toEqual(failure);
	expect(kept).toEqual({ failure: { ...failure, taskId: 'the-second' } });
});

it.each(['timedOut', 'answerLost', 'contentRefused', 'invalidInput'] as const)('keeps a request that ended as %s from being repeated', (kind) => {
	expect(rememberedAfter((memory) => memory.refused({ kind, says: '' }))).toEqual({ failure: { kind, says: '' } });
});

it.each(['notSent', 'rateLimited', 'notReachable', 'keyNotAccepted'] as const)('lets a request that ended as %s be sent by the next try', (kind) => {
	expect(rememberedAfter((memory) => memory.refused({ kind, says: '' }))).toBeUndefined();
});
