import type { IExecuteFunctions } from 'n8n-workflow';
import { GenerationError } from '../errors/failure';
import { createBase64Decoder } from '../media/base64Decoder';
import {
	detectFormat,
	FORMAT_HEAD_BYTES,
	followFile,
	type FileFormat,
} from '../media/detectFormat';
import { createJsonUnescaper } from '../media/jsonEscapes';
import { MAX_FILES_IN_SET } from '../gateways/limits';
import type { ChooseTaker } from '../media/longJsonStrings';
import { createStream, streamClassOf } from '../transport/byteStream';
import type { ByteStream } from '../transport/httpResponse';
import { createStandIn } from '../transport/standIn';
import { describeNonFile, resolveFormat } from './contentFormat';
import { pixelsOf, storeBinary, type StoredFile } from './storeBinary';
import { collectGarbageEarly } from './streamGuards';

/**
 * Decoding leaves two strings behind for each chunk. With eight copies more, a file of 120 MB took 73 MB on n8n 2.41 in
 * place of 57 MB, and with none 61 MB (medians, `npm run bench:images`, 2026-11-30).
 */
const COPIES_PER_CHUNK = 1;

/**
 * The most that is taken out of one response: far more than a set of images has, and not enough to take down an n8n
 * that keeps files in its memory.
 */
const MAX_RECEIVED_BYTES = 256 * 1024 * 1024;

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
	get(base64: string): StoredFile | undefined;
}

/**
 * Creates the place for those of one item.
 * @param nameFile returns the name of a file, by its extension and its place among them, from 0: n8n keeps the name
 * under which a file is stored
 * @param maxBytes the most that is taken of one response
 */
export function createReceivedFiles(
	context: IExecuteFunctions,
	nameFile: (extension: string, place: number) => string,
	maxBytes = MAX_RECEIVED_BYTES,
): ReceivedFiles {
	const received = new Map<string, StoredFile | { error: unknown }>();
	return {
		chooseTaker(body) {
			let leftBytes = maxBytes;
			let taken = 0;
			return (start) => {
				const file = taken < MAX_FILES_IN_SET ? decodeStart(start) : undefined;
				if (!file) return undefined;
				const place = taken++;
				return async (content) => {
					const decoding = decode(content, leftBytes, maxBytes);
					const format = resolveFormat(file.head, file.announcedType);
					const fileName = nameFile(format.extension, place);
					const outcome = await store(context, body, decoding, { ...file, format, fileName });
					leftBytes -= decoding.sizeBytes();
					if ('error' in outcome) {
						const { error } = outcome;
						// Its beginning and what is no base64 are as good as the whole of it, and too long to be shown.
						if (error instanceof NotBase64Error) return `${file.text}!`;
						if (error instanceof FilesTooLargeError) throw error;
					}
					const standIn = createStandIn('image/png');
					received.set(standIn, outcome);
					return standIn;
				};
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
class FilesTooLargeError extends GenerationError {
	constructor(maxBytes: number) {
		const megabytes = Math.floor(maxBytes / 1024 / 1024);
		super({
			kind: 'answerLost',
			message: `the files in the answer are larger than ${megabytes} MB`,
		});
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
	decoding: Decoding,
	{ head, format, fileName }: Start & { format: FileFormat; fileName: string },
): Promise<StoredFile | { error: unknown }> {
	const file = followFile(head);
	async function* watched(): AsyncGenerator<Buffer> {
		for await (const bytes of decoding.bytes()) {
			file.add(bytes);
			yield bytes;
		}
	}
	const stream = createStream(streamClassOf(body), watched());
	collectGarbageEarly(stream, COPIES_PER_CHUNK);
	try {
		const stored = await storeBinary(context, stream, format, fileName);
		return { ...stored, ...pixelsOf(file.format()) };
	} catch (error) {
		// n8n may put an error of its own in its place.
		return { error: decoding.error() ?? error };
	}
}

type Decoding = ReturnType<typeof decode>;

/**
 * The content of a JSON string, decoded as it is read, and the error in it that has ended that.
 * @param leftBytes how much may be decoded of the `maxBytes` for the whole response
 */
function decode(content: AsyncIterable<Uint8Array>, leftBytes: number, maxBytes: number) {
	const unescaper = createJsonUnescaper();
	const decoder = createBase64Decoder();
	let sizeBytes = 0;
	let failure: Error | undefined;
	const check = (bytes: Buffer | undefined): Buffer => {
		sizeBytes += bytes?.length ?? 0;
		if (sizeBytes > leftBytes) failure = new FilesTooLargeError(maxBytes);
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
		sizeBytes: () => sizeBytes,
	};
}
