import { GenerationError } from '../errors/failure';
import { parseBase64Image } from '../media/dataUri';
import type { FileFormat } from '../media/detectFormat';
import type { GatewaySession } from '../transport/session';
import { describeNonFile, resolveFormat } from './contentFormat';
import { createEndHash } from './endHash';
import { buildFileName, type FileNaming } from './fileName';
import type { ReceivedFile } from './receivedFiles';
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
	const end = createEndHash();
	end.add(image.bytes);
	const fileName = nameByHash(format, naming, end.digest(), credentials.redact);
	return await storeBinary(context, image.bytes, format, fileName);
}

/** Names a file that was stored while its response arrived. */
export function nameReceivedFile(
	{ storedFile, hash }: ReceivedFile,
	naming: FileNaming,
	redact: (text: string) => string,
): StoredFile {
	const { fileExtension: extension = '' } = storedFile.binary;
	const fileName = nameByHash({ extension }, naming, hash, redact);
	return { ...storedFile, fileName, binary: { ...storedFile.binary, fileName } };
}

const nameByHash = (
	format: Pick<FileFormat, 'extension'>,
	naming: FileNaming,
	hash: string,
	redact: (text: string) => string,
) =>
	buildFileName(
		{ base64: '' },
		format,
		{ ...naming, fallback: `${naming.fallback}-${hash}` },
		redact,
	);

/** The longest text that is shown as it is: a word or a sentence, but no data. */
const MAX_SHOWN_LENGTH = 100;

function describeNonImage(text: string): string {
	const isShort = text.length <= MAX_SHOWN_LENGTH && !/\p{Cc}/u.test(text);
	return `what came is neither a link nor a picture${isShort ? `: ${text}` : ''}`;
}
