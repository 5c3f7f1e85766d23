import { PassThrough } from 'node:stream';
import { modelArk } from '../../../nodes/shared/gateways/modelArk/index.js';
import { readEvents } from '../../../nodes/shared/execution/readEvents.js';
import { startDeadline } from '../../../nodes/shared/time/deadline.js';
import { request } from '../../property/support/recorded.mjs';

it('an answer that came whole is read, though the time was over with its last byte', async () => {
	const reader = modelArk.seedream?.createStreamParser?.(request);
	if (!reader) throw new Error('it has no stream');
	const body = new PassThrough();
	body.end('{"data":[{"url":"https://files.test/a.png"}]}');
	const deadline = startDeadline(60);
	const over: typeof deadline = {
		...deadline,
		reason: () => (body.readableEnded ? { kind: 'timedOut', message: '' } : undefined),
	};
	const read = await readEvents(
		{ httpStatus: 200, contentType: 'application/json', isWhole: true, body },
		reader,
		over,
		{ onFile: () => undefined },
	);
	expect(read).toMatchObject({ body: { data: [{ url: 'https://files.test/a.png' }] } });
	deadline.close();
});

describe('a stream that has said that it failed', () => {
	const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
	const error = event({ error: { code: 'InternalServiceError', message: 'for a moment' } });
	const deadline = startDeadline(600);
	afterAll(() => deadline.close());

	const begin = () => {
		const reader = modelArk.seedream?.createStreamParser?.(request);
		if (!reader) throw new Error('it has no stream');
		const body = new PassThrough();
		const made: unknown[] = [];
		const reading = readEvents(
			{ httpStatus: 200, contentType: 'text/event-stream', isWhole: true, body },
			reader,
			deadline,
			{ onFile: (file) => void made.push(file) },
		);
		return { body, made, reading };
	};

	it('is read on, since a file may follow', async () => {
		const { body, made, reading } = begin();
		body.write(error);
		await new Promise(setImmediate);
		body.end(
			event({
				type: 'image_generation.partial_succeeded',
				image_index: 0,
				url: 'https://files.test/a.png',
			}),
		);
		await reading;
		expect(made).toMatchObject([{ source: { url: 'https://files.test/a.png' } }]);
	});

	it('and brings nothing more: it is ended, with what it said', async () => {
		jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
		const { body, reading } = begin();
		const ended = expect(reading).rejects.toMatchObject({ failure: { message: 'for a moment' } });
		body.write(error);
		await new Promise(setImmediate);
		await jest.advanceTimersByTimeAsync(60_000);
		jest.useRealTimers();
		await ended;
		expect(body.destroyed).toBe(true);
	});
});
