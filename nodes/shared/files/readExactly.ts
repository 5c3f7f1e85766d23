import { GenerationError, invalidInput } from '../errors/failure';
import { toFailure } from '../errors/retryPolicy';
import { convertErrors } from '../transport/byteStream';
import { InterruptedImageError, type OpenImage } from '../transport/imageContent';

/** Which input image it is, for a message. */
interface ImagePosition {
	label: string;
	position: number;
}

/**
 * Reads an image of which the request has stated the size.
 * @param unreadable turns what the image throws into what is told of it
 * @returns the image; its bytes throw a GenerationError of kind `invalidInput` if they are more, or fewer
 */
export function readExactly(
	{ label, position }: ImagePosition,
	sizeBytes: number,
	{ bytes, ...image }: OpenImage,
	unreadable: (error: unknown) => never,
): OpenImage {
	const changed = () =>
		invalidInput(
			label,
			`image ${position} is not the same any more: it had ${sizeBytes.toLocaleString('en-US')} bytes when it was checked`,
			'See to it that nothing changes the image while the workflow runs, then retry.',
		);
	async function* counted(): AsyncGenerator<Uint8Array> {
		let readBytes = 0;
		for await (const chunk of convertErrors(bytes, unreadable)) {
			readBytes += chunk.length;
			if (readBytes > sizeBytes) throw changed();
			yield chunk;
		}
		if (readBytes < sizeBytes) throw changed();
	}
	return { ...image, bytes: counted() };
}

/**
 * What an image throws becomes what is told of it. The end of an execution stays what it is; while a request is being
 * sent, so does that of the time allowed, and nothing else stays.
 * @throws InterruptedImageError if the image broke off while the request was being sent
 */
export const toUnreadable =
	(label: string, what: string, { isSending }: { isSending: boolean }) =>
	(error: unknown): never => {
		const isKnown = error instanceof GenerationError;
		const { kind, message, detail } = toFailure(error);
		const stays = isKnown ? kind === 'cancelled' || (isSending && kind === 'timedOut') : !isSending;
		if (stays) throw error;
		const told = invalidInput(label, `${what} (${[message, detail ?? []].flat().join('; ')})`);
		throw isSending && kind === 'answerLost' ? new InterruptedImageError(told.failure) : told;
	};
