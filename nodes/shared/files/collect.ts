import type { Failure } from '../errors/failure';
import { toFailure } from '../errors/retryPolicy';
import type { GeneratedFile } from '../generation/result';
import { storeFile, type FileNaming, type StoredFile } from './download';
import type { GatewaySession } from '../transport/session';
import { sleep } from '../time/sleep';

/** A file that was made, and what became of it. */
export interface Collected {
	file: GeneratedFile;
	storedFile?: StoredFile;
	failure?: Failure;
}

/** What a storage says of a link that is dead, or not alive yet. */
const DEAD_LINK = [401, 403, 404, 410];

/** Before a dead link is asked for anew: a storage may be a moment behind its gateway. Milliseconds. */
const DEAD_LINK_PAUSE = 1000;

/** Brings one file into n8n's store. Never throws. */
export async function collect(
	session: GatewaySession,
	made: GeneratedFile,
	naming: FileNaming,
): Promise<Collected> {
	try {
		return { file: made, storedFile: await storeFile(session, made.source, naming) };
	} catch (error) {
		return { file: made, failure: toFailure(error) };
	}
}

/**
 * Collects a file whose link was dead once more, with its link as it is now. Never throws.
 * @param askAgain gives the file anew; undefined where it is not there any more
 * @param bring collects it as it did the first time
 */
export async function collectAgain(
	{ deadline }: Pick<GatewaySession, 'deadline'>,
	first: Collected,
	askAgain: () => Promise<GeneratedFile | undefined>,
	bring: (made: GeneratedFile) => Promise<Collected>,
): Promise<Collected> {
	if (!DEAD_LINK.includes(first.failure?.httpStatus ?? 0)) return first;
	await sleep(DEAD_LINK_PAUSE, deadline.signal);
	const made = deadline.reason() ? undefined : await askAgain().catch(() => undefined);
	if (made) return await bring(made);
	const ended = deadline.reason();
	// A stopped execution is not one that failed.
	return ended?.kind === 'cancelled' && first.failure
		? { ...first, failure: { ...first.failure, ...ended } }
		: first;
}
