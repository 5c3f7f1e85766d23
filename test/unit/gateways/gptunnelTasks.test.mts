import { gptunnel } from '../../../nodes/shared/gateways/gptunnel/index.js';
import type { GenerationService, TaskApi } from '../../../nodes/shared/gateways/types.js';
import { GenerationError, type Failure } from '../../../nodes/shared/errors/failure.js';
import type { GenerationResult } from '../../../nodes/shared/generation/result.js';

function there<Value>(value: Value | undefined): Value {
	if (value === undefined) throw new Error('GPTunnel does not have it');
	return value;
}
const seedance: GenerationService = there(gptunnel.seedance);
const gptImage: GenerationService = there(gptunnel.gptImage);
const tasks: TaskApi = there(seedance.tasks);

const request = {
	model: 'seedance-1-pro-1080P-5s',
	prompt: 'Televisions',
	images: [],
	aspectRatio: 'auto',
};
const ID = '687fbd658a5526000178d729';
const created = {
	code: 0,
	id: ID,
	model: 'seedance-1-pro-1080P-5s',
	prompt: 'Televisions --ar 1:1',
	created_at: 1753202021,
	status: 'idle',
	url: null,
};
const url = `https://timenote.storage.yandexcloud.net/predication/${ID}_result.mp4`;
const look = (body: unknown, httpStatus = 200): GenerationResult =>
	tasks.parseResponse({ httpStatus, body });

/** The failure that a reading throws. */
function thrownBy(read: () => unknown): Failure {
	try {
		read();
	} catch (error) {
		if (error instanceof GenerationError) return error.failure;
	}
	throw new Error('nothing was thrown');
}

describe('asking, by gptunnel-seedance-pro.md and gptunnel-gpt-image-1.md', () => {
	it('creates as the page’s example does', () => {
		expect(seedance.buildRequest({ ...request, aspectRatio: '1:1' })).toEqual({
			method: 'POST',
			path: '/v1/media/create',
			body: { model: 'seedance-1-pro-1080P-5s', ar: '1:1', prompt: 'Televisions' },
		});
	});

	it('leaves out what was not asked for', () => {
		expect(gptImage.buildRequest({ ...request, model: 'gpt-image-1-high' }).body).toEqual({
			model: 'gpt-image-1-high',
			prompt: 'Televisions',
		});
	});

	it('sends images as they are given', () => {
		const images = ['https://example.com/fox.png', 'data:image/png;base64,AAAA'];
		expect(gptImage.buildRequest({ ...request, images }).body).toMatchObject({ images });
	});

	it('asks for a task as the page’s example does', () => {
		expect(tasks.getTask(ID)).toEqual({
			method: 'POST',
			path: '/v1/media/result',
			body: { task_id: ID },
		});
	});

	it('offers what the pages allow', () => {
		expect(seedance.aspectRatios).toEqual(['auto', '1:1', '16:9', '9:16']);
		expect(gptImage.aspectRatios).toEqual(['auto', '1:1', '16:9', '9:16', '4:3', '3:4']);
		expect(seedance.references.maxCount).toBe(1);
		expect(seedance.models[0].id).toBe('seedance-1-pro-1080P-5s');
		for (const id of ['gpt-image-1-low', 'gpt-image-1-high'])
			expect(gptImage.models.map((model) => model.id)).toContain(id);
	});
});

describe('reading', () => {
	it('reads the page’s answer to /create', () => {
		expect(seedance.parseResponse(created, request)).toEqual({
			files: [],
			failedFiles: [],
			metadata: {
				taskId: ID,
				status: 'queued',
				gatewayStatus: 'idle',
				model: 'seedance-1-pro-1080P-5s',
				createdAt: new Date('2025-07-22T16:33:41Z'),
				urlTtlSeconds: 172_800,
			},
		});
	});

	it('keeps the task of an answer that says nothing else', () => {
		expect(seedance.parseResponse({ code: 0, id: 12 }, request).metadata).toMatchObject({
			taskId: '12',
			status: 'queued',
		});
	});

	it.each(['pending', 'javascript:alert(1)'])(
		'keeps the task of an answer that is done with %p for a link',
		(link) => {
			expect(
				seedance.parseResponse({ ...created, status: 'done', url: link }, request).metadata,
			).toMatchObject({ taskId: ID, status: 'running' });
		},
	);

	it('takes a link without its scheme', () => {
		expect(look({ ...created, status: 'done', url: '//files.test/fox.mp4' }).files).toEqual([
			{ index: 0, source: { url: 'https://files.test/fox.mp4' } },
		]);
	});

	it.each([[{ code: 0 }], [''], ['<html>'], [null], [{ id: '' }]])(
		'does not take %p for a task',
		(body) => {
			expect(thrownBy(() => seedance.parseResponse(body, request)).kind).toBe('answerLost');
		},
	);

	it('reads the page’s answer to /result, whose id may be another', () => {
		const outcome = look({ ...created, id: '687fa9f2c69e500001e2f9a4', status: 'done', url });
		expect(outcome.files).toEqual([{ index: 0, source: { url } }]);
		expect(outcome.metadata).toMatchObject({ status: 'succeeded', gatewayStatus: 'done' });
		expect(outcome.metadata).not.toHaveProperty('taskId');
	});

	it.each([
		['idle', 'queued'],
		['processing', 'running'],
		['running', 'running'],
		['DONE', 'succeeded'],
		// With the link beside it.
		['rendered in the cloud', 'succeeded'],
		['failed', 'failed'],
		['error', 'failed'],
	])('the state "%s" means %s', (status, meaning) => {
		expect(look({ ...created, status, url }).metadata).toMatchObject({
			status: meaning,
			gatewayStatus: status,
		});
	});

	it.each(['done', 'rendering in the cloud'])(
		'a task in the state "%s" that has no link yet goes on',
		(status) => {
			expect(look({ ...created, status }).metadata.status).toBe('running');
		},
	);

	it.each([
		[{ message: 'The model is overloaded' }, 'The model is overloaded'],
		[{ error: { message: 'No face' } }, 'No face'],
		[{ error: 'Bad luck' }, 'Bad luck'],
		[{}, 'the state is "failed"'],
		[{ code: 500, message: 'Internal exception' }, 'Internal exception'],
	])('a failed task says why: %p', (words, message) => {
		const outcome = look({ ...created, ...words, status: 'failed', url });
		expect(outcome.failure).toMatchObject({ kind: 'taskFailed', message });
		expect(outcome.files).toEqual([]);
	});

	it('a task that the filter refused has failed', () => {
		const outcome = look({ code: 1001, message: 'Sensitive content' });
		expect(outcome.metadata.status).toBe('failed');
		expect(outcome.failure).toMatchObject({ kind: 'contentRefused', message: 'Sensitive content' });
	});

	it.each([
		[1, 'gatewayFailed'],
		[2, 'keyNotAccepted'],
		[3, 'taskNotFound'],
		[4, 'taskNotFound'],
		[5, 'balanceExhausted'],
		[6, 'rateLimited'],
		[500, 'gatewayFailed'],
	])('code %d tells nothing of the task: %s', (code, kind) => {
		expect(thrownBy(() => look({ code, message: 'No', status: 'error' })).kind).toBe(kind);
	});

	it.each([
		[502, { status: 'error', message: 'Bad gateway', id: 'req-1' }, 'answerLost'],
		[503, { status: 'failed', message: 'Busy', id: 'req-1' }, 'gatewayFailed'],
		[429, '', 'rateLimited'],
		[401, { error: { message: 'No' } }, 'keyNotAccepted'],
		[200, '<html><title>Maintenance</title></html>', 'answerLost'],
	])('HTTP %d is a proxy’s or the gateway’s, and no failed task', (httpStatus, body, kind) => {
		expect(thrownBy(() => look(body, httpStatus)).kind).toBe(kind);
	});
});

describe('a refusal', () => {
	const refused = (kind: Failure['kind'], parameter?: string): Failure => ({
		kind,
		message: 'Invalid input',
		httpStatus: 200,
		...(parameter === undefined ? {} : { parameter }),
	});
	const explain = (failure: Failure, images: string[]) =>
		seedance.explainError?.(failure, { ...request, images });
	const data = ['data:image/png;base64,AAAA'];

	it.each([
		[refused('invalidInput', 'Reference Images'), data, true],
		[refused('invalidInput'), data, true],
		[refused('gatewayFailed'), data, true],
		[refused('invalidInput', 'Prompt'), data, false],
		[refused('balanceExhausted'), data, false],
		[refused('invalidInput'), ['https://example.com/fox.png'], false],
		[refused('invalidInput'), [], false],
	])('%p of %p says that a link may be wanted: %p', (failure, images, hinted) => {
		const { detail: hint } = explain(failure, images) ?? {};
		expect(hint?.includes('may want a link') ?? false).toBe(hinted);
	});

	it('names the field as the form does', () => {
		expect(explain(refused('invalidInput', 'Reference Images'), data)?.parameter).toBe(
			'First Frame',
		);
		expect(
			gptImage.explainError?.(refused('invalidInput', 'Reference Images'), {
				...request,
				images: data,
			}).parameter,
		).toBe('Reference Images');
	});
});
