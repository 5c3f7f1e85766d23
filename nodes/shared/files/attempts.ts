import { GenerationError } from '../errors/failure';
import type { Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';

/** Pauses before a file is asked for again, in milliseconds. Asking costs nothing. */
const PAUSES = [500, 2000];

/**
 * Downloads a file, again where that may help.
 * @throws what the last download threw
 */
export async function downloadAgain<Downloaded>(
	deadline: Deadline,
	download: () => Promise<Downloaded>,
): Promise<Downloaded> {
	for (const milliseconds of PAUSES) {
		const attempt = await download().then(
			(downloaded) => ({ downloaded }),
			(error: unknown) => ({ error }),
		);
		if ('downloaded' in attempt) return attempt.downloaded;
		if (!mayComeLater(attempt.error) || deadline.reason()) throw attempt.error;
		await sleep(milliseconds, deadline.signal);
	}
	return await download();
}

/** A link that is refused stays refused; all else may pass. */
function mayComeLater(error: unknown): boolean {
	if (!(error instanceof GenerationError)) return true;
	const { kind, httpStatus } = error.failure;
	return kind !== 'fileGone' || httpStatus === undefined || httpStatus === 429 || httpStatus >= 500;
}
