import { createHash } from 'node:crypto';
import { GenerationError } from '../errors/failure';
import { parseBase64Image } from '../media/dataUri';
import type { GatewaySession } from '../transport/session';
import { describeNonFile, resolveFormat } from './contentFormat';
import { nameWithoutUrl, type FileNaming } from './fileName';
import { storeBinary, type StoredFile } from './storeBinary';

/**
 * Stores an image that came as base64.
 * @throws GenerationError of kind `answerLost` if it is no image, and what n8n's storage throws
 */
export async function storeBase64(
	{ context, credentials }: GatewaySession,
	base64: string,
	naming: FileNaming,
): Promise<StoredFile> {
	const image = parseBase64Image(base64);
	// A word such as "processing" is valid base64 as well.
	if (!image || describeNonFile(image.bytes))
		throw new GenerationError({ kind: 'answerLost', message: describeNonImage(base64.trim()) });
	const format = resolveFormat(image.bytes, image.mimeType);
	const fileName = nameWithoutUrl(format, naming, hashOf(image.bytes), credentials.redact);
	return await storeBinary(context, image.bytes, format, fileName);
}

/** The end of an image is as unique as the whole, and quick to hash. */
const HASHED_BYTES = 64 * 1024;

const hashOf = (bytes: Buffer) =>
	createHash('sha256').update(bytes.subarray(-HASHED_BYTES)).digest('hex').slice(0, 8);

/** The longest text that is shown as it is: a word or a sentence, but no data. */
const MAX_SHOWN_LENGTH = 100;

function describeNonImage(text: string): string {
	const isShort = text.length <= MAX_SHOWN_LENGTH && !/\p{Cc}/u.test(text);
	return `what came is neither a link nor a picture${isShort ? `: ${text}` : ''}`;
}
