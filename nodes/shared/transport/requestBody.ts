import { randomUUID } from 'node:crypto';
import type { IHttpRequestOptions } from 'n8n-workflow';
import type { FormPart, GatewayRequest } from '../gateways/types';
import { base64Length, encodeBase64 } from '../media/base64Encoder';
import { parseBase64Image } from '../media/dataUri';
import type { Deadline } from '../time/deadline';
import { convertErrors, createStream } from './byteStream';
import { inMemory, type ImageContent, type OpenImage, type RequestImages } from './imageContent';

/** The body of a request that is about to be sent. */
export interface RequestBody {
	content: Pick<IHttpRequestOptions, 'headers' | 'body'>;
	/** Whether some of it was not even read yet: then nothing can have been accepted. */
	isIncomplete(): boolean;
	/** Why it could not be read to its end. */
	failure(): unknown;
	/** Closes what is still open. */
	close(): void;
}

/** An image in a body: as base64, or as it is in a form. */
interface ImagePiece {
	image: ImageContent;
	isBase64: boolean;
}

/** Bytes as they are, or an image. */
type Piece = Buffer | ImagePiece;

const isImage = (piece: Piece): piece is ImagePiece => !Buffer.isBuffer(piece);

/**
 * Builds the body of a request, for one time that it is sent. Images are read while it is sent, so that none is in
 * memory as a whole; its length is stated all the same, since nobody knows which gateways take a body without it.
 * @throws GenerationError if the first image cannot be read any more
 */
export async function openRequestBody(
	{ body, form }: GatewayRequest,
	images: RequestImages,
	deadline: Deadline,
): Promise<RequestBody> {
	if (form !== undefined) {
		const boundary = `form-${randomUUID()}`;
		const type = `multipart/form-data; boundary=${boundary}`;
		return await openPieces(type, formPieces(form, images, boundary), deadline);
	}
	if (body === undefined) return withoutImages({});
	const type = 'application/json';
	if (images.size > 0) {
		return await openPieces(type, jsonPieces(JSON.stringify(body), images), deadline);
	}
	return withoutImages({
		headers: { 'Content-Type': type },
		// n8n omits a body without fields.
		body: Object.keys(body).length === 0 ? '{}' : body,
	});
}

const withoutImages = (content: RequestBody['content']): RequestBody => ({
	content,
	isIncomplete: () => false,
	failure: () => undefined,
	close: () => undefined,
});

/** The text of a body, with each image in place of what stands for it. */
function jsonPieces(json: string, images: RequestImages): Piece[] {
	let pieces: Array<string | Piece> = [json];
	for (const [standIn, image] of images) {
		const written: Array<string | Piece> = [
			`data:${image.mimeType.toLowerCase()};base64,`,
			{ image, isBase64: true },
		];
		pieces = pieces.flatMap((piece) =>
			typeof piece === 'string'
				? piece.split(standIn).flatMap((text, index) => (index > 0 ? [...written, text] : [text]))
				: [piece],
		);
	}
	return pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
}

/** The parts of a form, as RFC 7578 has them. */
function formPieces(form: readonly FormPart[], images: RequestImages, boundary: string): Piece[] {
	const parts = form.flatMap(({ name, value, isFile }): Piece[] => {
		const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
		const image = isFile ? contentOf(value, images) : undefined;
		if (!image) return [Buffer.from(`${disposition}\r\n\r\n${withLineBreaks(value)}\r\n`)];
		const { mimeType } = image;
		const fileName = `image.${mimeType.replace(/^.*\//, '')}`;
		const head = `${disposition}; filename="${quoted(fileName)}"\r\nContent-Type: ${mimeType}\r\n\r\n`;
		return [Buffer.from(head), { image, isBase64: false }, Buffer.from('\r\n')];
	});
	return [...parts, Buffer.from(`--${boundary}--\r\n`)];
}

/** As browsers and Node's own FormData write a name. */
const quoted = (name: string) =>
	name.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
const withLineBreaks = (text: string) => text.replace(/\r?\n|\r/g, '\r\n');

/** The image that a file of a form is; undefined for a text that is none. */
function contentOf(value: string, images: RequestImages): ImageContent | undefined {
	const image = images.get(value);
	if (image) return image;
	const decoded = parseBase64Image(value);
	if (!decoded) return undefined;
	const { bytes, mimeType = '' } = decoded;
	return { sizeBytes: bytes.length, mimeType, open: async () => inMemory(bytes) };
}

const lengthOf = (piece: Piece): number => {
	if (Buffer.isBuffer(piece)) return piece.length;
	const { sizeBytes } = piece.image;
	return piece.isBase64 ? base64Length(sizeBytes) : sizeBytes;
};

async function openPieces(
	type: string,
	pieces: readonly Piece[],
	deadline: Deadline,
): Promise<RequestBody> {
	const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
	const headers = { 'Content-Type': type, 'Content-Length': String(length) };
	const opened = new Map<Piece, OpenImage>();
	let isIncomplete = true;
	let failure: unknown;

	/** One that cannot be read any more is told before anything is sent; the others are opened when their turn comes. */
	async function openFirstImage(): Promise<void> {
		const first = pieces.find(isImage);
		if (first) opened.set(first, await first.image.open(deadline));
	}

	const fail = (error: unknown): never => {
		failure = error;
		throw error;
	};

	async function* write(): AsyncGenerator<Uint8Array> {
		for (const piece of pieces) {
			if (Buffer.isBuffer(piece)) {
				yield piece;
				continue;
			}
			const image = opened.get(piece) ?? (await piece.image.open(deadline).catch(fail));
			opened.set(piece, image);
			const bytes = convertErrors(image.bytes, fail);
			yield* piece.isBase64 ? encodeBase64(bytes) : bytes;
			opened.delete(piece);
		}
		isIncomplete = false;
	}

	const closeImages = () => opened.forEach(({ stream }) => stream?.destroy());
	await openFirstImage();
	const streamClass = pieces.filter(isImage).find(({ image }) => image.streamClass)
		?.image.streamClass;
	if (!streamClass) {
		const parts: Uint8Array[] = [];
		for await (const part of write()) parts.push(part);
		return { ...withoutImages({ headers, body: Buffer.concat(parts) }), close: closeImages };
	}
	const body = createStream(streamClass, write());
	// Whoever sends it sees the error. But one that nobody listens to would end the whole n8n process.
	body.on('error', () => undefined);
	return {
		content: { headers, body },
		isIncomplete: () => isIncomplete,
		failure: () => failure,
		close() {
			body.destroy();
			closeImages();
		},
	};
}
