import { GenerationError } from '../errors/failure';
import type { Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';

/** Delays before a file is requested again. Downloads are free. */
const RETRY_DELAYS_MS = [500, 2000];

/**
 * Downloads a file, and tries again if that may help.
 * @throws what the last attempt threw
 */
export async function downloadWithRetries<Downloaded>(
	deadline: Deadline,
	download: () => Promise<Downloaded>,
): Promise<Downloaded> {
	for (const delayMs of RETRY_DELAYS_MS) {
		const attempt = await download().then(
			(downloaded) => ({ downloaded }),
			(error: unknown) => ({ error }),
		);
		if ('downloaded' in attempt) return attempt.downloaded;
		if (!isTransient(attempt.error) || deadline.reason()) throw attempt.error;
		await sleep(delayMs, deadline.signal);
	}
	return await download();
}

/** A rejected URL stays rejected; every other error may be gone a moment later. */
function isTransient(error: unknown): boolean {
	if (!(error instanceof GenerationError)) return true;
	const { kind, httpStatus } = error.failure;
	return kind !== 'fileGone' || httpStatus === undefined || httpStatus === 429 || httpStatus >= 500;
}
