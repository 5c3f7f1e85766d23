import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 15_000;
const POLL_MS = 50;

/** Tries until what is expected of the page holds, since the editor draws a moment later; throws what was last thrown when it never does. */
export async function eventually(expectation: () => Promise<void>): Promise<void> {
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		try {
			return await expectation();
		} catch (error) {
			if (Date.now() > deadline) throw error;
		}
		await delay(POLL_MS);
	}
}
