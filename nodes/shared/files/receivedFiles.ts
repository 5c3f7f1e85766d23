import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import { createBase64Decoder } from '../media/base64Decoder';
import { detectFormat, FORMAT_HEAD_BYTES, followFile } from '../media/detectFormat';
import { createJsonUnescaper } from '../media/jsonEscapes';
import type { ChooseTaker } from '../media/longJsonStrings';
import { createStream } from '../transport/byteStream';
import type { ByteStream } from '../transport/httpResponse';
import { createStandIn } from '../transport/standIn';
import { describeNonFile, resolveFormat } from './contentFormat';
import { createEndHash } from './endHash';
import { pixelsOf, storeBinary, type StoredFile } from './storeBinary';
import { collectGarbageEarly, MAX_FILE_BYTES } from './streamGuards';

/**
 * Decoding leaves two strings behind for each chunk. With eight copies more, a file of 120 MB took 73 MB on n8n 2.41 in
 * place of 57 MB, and with none 61 MB (medians, `npm run bench:images`, 2026-11-30).
 */
const COPIES_PER_CHUNK = 1;

/** A file that came as base64, and is in n8n's storage. */
export interface ReceivedFile {
	storedFile: StoredFile;
	/** Distinguishes files that have no URL to be named after: the hash of its end. */
	hash: string;
}

/**
 * The files that came as base64 inside the response to one request. They are stored while the response arrives, and a
 * short data URI stands for each of them in its text.
 */
export interface ReceivedFiles {
	/** Takes the files out of the response. @param body of the response, whose kind of stream n8n's storage accepts */
	chooseTaker(body: ByteStream): ChooseTaker;
	/**
	 * Returns what came under a stand-in; undefined for any other text.
	 * @throws what n8n's storage threw
	 */
	get(base64: string): ReceivedFile | undefined;
}

/**
 * Creates the place for those of one item.
 * @param maxBytes the largest file that is taken
 */
export function createReceivedFiles(
	context: IExecuteFunctions,
	maxBytes = MAX_FILE_BYTES,
): ReceivedFiles {
	const received = new Map<string, ReceivedFile | { error: unknown }>();
	return {
		chooseTaker: (body) => (start) => {
			const file = decodeStart(start);
			if (!file) return undefined;
			return async (content) => {
				const outcome = await store(context, body, file, { content, maxBytes });
				if ('error' in outcome) {
					const { error } = outcome;
					// Its beginning and what is no base64 are as good as the whole of it, and too long to be shown.
					if (error instanceof NotBase64Error) return `${file.text}!`;
					if (error instanceof FileTooLargeError) throw error;
				}
				const standIn = createStandIn('image/png');
				received.set(standIn, outcome);
				return standIn;
			};
		},
		get(base64) {
			const file = received.get(base64);
			if (file && 'error' in file) throw file.error;
			return file;
		},
	};
}

/** A text that began like base64 is none after all. */
class NotBase64Error extends Error {}

/** Nobody reads on then: it may have no end. */
class FileTooLargeError extends GenerationError {
	constructor(maxBytes: number) {
		const megabytes = Math.floor(maxBytes / 1024 / 1024);
		super({ kind: 'answerLost', message: `the file in the answer is larger than ${megabytes} MB` });
	}
}

/** The beginning of a file. */
interface Start {
	text: string;
	head: Buffer;
	announcedType: string | undefined;
}

/** @returns undefined for a text that is no file */
function decodeStart(start: Uint8Array): Start | undefined {
	const text = createJsonUnescaper()
		.push(start)
		.slice(0, 2 * FORMAT_HEAD_BYTES);
	const decoder = createBase64Decoder();
	const head = decoder.push(text);
	const announcedType = decoder.mimeType();
	if (!head) return undefined;
	// Raw text may be base64 by chance.
	const isFile = detectFormat(head) ?? (announcedType && !describeNonFile(head));
	return isFile ? { text, head, announcedType } : undefined;
}

/** Stores a file as it arrives. Never throws. */
async function store(
	context: IExecuteFunctions,
	body: ByteStream,
	{ head, announcedType }: Start,
	{ content, maxBytes }: { content: AsyncIterable<Uint8Array>; maxBytes: number },
): Promise<ReceivedFile | { error: unknown }> {
	const format = resolveFormat(head, announcedType);
	const file = followFile(head);
	const end = createEndHash();
	const decoding = decode(content, maxBytes);
	async function* watched(): AsyncGenerator<Buffer> {
		for await (const bytes of decoding.bytes()) {
			file.add(bytes);
			end.add(bytes);
			yield bytes;
		}
	}
	const stream = createStream(body, watched());
	collectGarbageEarly(stream, COPIES_PER_CHUNK);
	try {
		const stored = await storeBinary(context, stream, format, `file.${format.extension}`);
		return { storedFile: { ...stored, ...pixelsOf(file.format()) }, hash: end.digest() };
	} catch (error) {
		// n8n may put an error of its own in its place.
		return { error: decoding.error() ?? error };
	}
}

/** The content of a JSON string, decoded as it is read, and the error in it that has ended that. */
function decode(content: AsyncIterable<Uint8Array>, maxBytes: number) {
	const unescaper = createJsonUnescaper();
	const decoder = createBase64Decoder();
	let sizeBytes = 0;
	let failure: Error | undefined;
	const check = (bytes: Buffer | undefined): Buffer => {
		sizeBytes += bytes?.length ?? 0;
		if (sizeBytes > maxBytes) failure = new FileTooLargeError(maxBytes);
		if (bytes && !failure) return bytes;
		failure ??= new NotBase64Error();
		throw failure;
	};
	return {
		async *bytes(): AsyncGenerator<Buffer> {
			for await (const part of content) {
				const bytes = check(decoder.push(unescaper.push(part)));
				if (bytes.length > 0) yield bytes;
			}
			const last = check(unescaper.isValid() ? decoder.end() : undefined);
			if (last.length > 0) yield last;
		},
		error: () => failure,
	};
}
