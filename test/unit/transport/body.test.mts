import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bytesAhead } from '../../../nodes/shared/transport/body.js';

/** A deadline that never comes. */
const never = {
	signal: new AbortController().signal,
	reason: () => undefined,
	throwIfExpired: () => undefined,
	remainingMs: () => Infinity,
};

const TURNS = 20;

/** Reads a stream more slowly than it comes. */
async function readSlowly(body: Readable) {
	let text = '';
	try {
		for await (const bytes of bytesAhead(body, never)) {
			text += Buffer.from(bytes).toString();
			for (let turn = 0; turn < TURNS; turn++) await nextTurn();
		}
	} catch (error) {
		return { text, error };
	}
	return { text };
}

it('what had arrived when a stream broke off is read before that is told', async () => {
	const body = new Readable({ read: () => undefined });
	body.push('an image, ');
	const reading = readSlowly(body);
	await nextTurn();
	body.push('the end of it, ');
	body.push('and half of another');
	for (let turn = 0; turn < TURNS / 2; turn++) await nextTurn();
	body.destroy(new Error('aborted'));
	expect(await reading).toEqual({
		text: 'an image, the end of it, and half of another',
		error: expect.objectContaining({ failure: expect.objectContaining({ kind: 'answerLost' }) }),
	});
});

it('a stream is closed when nobody wants more of it', async () => {
	const body = new Readable({ read: () => undefined });
	// Nothing more will come.
	body.push('one');
	for await (const _bytes of bytesAhead(body, never)) break;
	expect(body.destroyed).toBe(true);
});

it('no more than eight megabytes are read ahead', async () => {
	let pulled = 0;
	const body = Readable.from(
		(async function* () {
			for (;;) {
				pulled += 500_000;
				yield Buffer.alloc(500_000);
			}
		})(),
	);
	const iterator = bytesAhead(body, never);
	await iterator.next();
	for (let turn = 0; turn < 10 * TURNS; turn++) await nextTurn();
	expect(pulled).toBeGreaterThan(7_000_000);
	// What is taken, what waits, and what the streams themselves hold.
	expect(pulled).toBeLessThan(12_000_000);
	await iterator.return(undefined);
});
