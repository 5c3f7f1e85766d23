import { GenerationError, type Failure } from '../errors/failure';
import { toFailure } from '../errors/retryPolicy';
import type { GeneratedFile } from '../generation/result';
import type { Deadline } from '../time/deadline';
import { sleep } from '../time/sleep';
import type { GatewaySession } from '../transport/session';
import { downloadWithRetries } from './attempts';
import { downloadFile } from './download';
import type { FileNaming } from './fileName';
import type { ReceivedFiles } from './receivedFiles';
import { storeBase64 } from './storeBase64';
import type { StoredFile } from './storeBinary';

/** A generated file, and what became of it. */
export interface Collected {
	file: GeneratedFile;
	storedFile?: StoredFile;
	failure?: Failure;
}

/** The HTTP statuses of a URL that has expired, or does not work yet. */
const DEAD_URL_STATUSES = [401, 403, 404, 410];

/** The delay before the URL of such a file is requested again: a storage may be a moment behind its gateway. */
const DEAD_URL_DELAY_MS = 1000;

/**
 * Stores one file in n8n: downloaded, with retries, or decoded from base64, unless that was done as it arrived. Never
 * throws.
 */
export async function collect(
	session: GatewaySession,
	file: GeneratedFile,
	naming: FileNaming,
	received: ReceivedFiles,
): Promise<Collected> {
	const { source } = file;
	try {
		const storedFile =
			'url' in source
				? await downloadWithRetries(
						session.deadline,
						async () => await downloadFile(session, source.url, naming),
					)
				: await storeData(session, source.base64, naming, received);
		return { file, storedFile };
	} catch (error) {
		const failure =
			'url' in source ? toFileGone(error, source.url, session.deadline) : toFailure(error);
		return { file, failure };
	}
}

async function storeData(
	session: GatewaySession,
	base64: string,
	naming: FileNaming,
	received: ReceivedFiles,
): Promise<StoredFile> {
	return received.get(base64) ?? (await storeBase64(session, base64, naming));
}

function toFileGone(error: unknown, url: string, deadline: Deadline): Failure {
	const ended = deadline.reason();
	if (ended?.kind === 'cancelled') return { ...ended, url };
	if (ended) return { kind: 'fileGone', message: ended.message, url };
	const failure = error instanceof GenerationError ? error.failure : undefined;
	return {
		kind: 'fileGone',
		message: failure?.message ?? 'the file could not be stored',
		url,
		...(failure?.detail === undefined ? {} : { detail: failure.detail }),
		...(failure?.httpStatus === undefined ? {} : { httpStatus: failure.httpStatus }),
	};
}

/**
 * Collects a file once more if its URL was dead, with the current URL. Never throws.
 * @param refetchFile returns the file as the gateway has it now; undefined if it is no longer there
 * @param collectFile collects it as it was done the first time
 */
export async function collectAgain(
	{ deadline }: Pick<GatewaySession, 'deadline'>,
	first: Collected,
	refetchFile: () => Promise<GeneratedFile | undefined>,
	collectFile: (file: GeneratedFile) => Promise<Collected>,
): Promise<Collected> {
	if (!DEAD_URL_STATUSES.includes(first.failure?.httpStatus ?? 0)) return first;
	await sleep(DEAD_URL_DELAY_MS, deadline.signal);
	const file = deadline.reason() ? undefined : await refetchFile().catch(() => undefined);
	if (file) return await collectFile(file);
	const ended = deadline.reason();
	// A stopped execution has not failed.
	return ended?.kind === 'cancelled' && first.failure
		? { ...first, failure: { ...first.failure, ...ended } }
		: first;
}
