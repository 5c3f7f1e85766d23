import { parseBase64Image } from '../media/dataUri';
import { detectFormat, FORMAT_HEAD_BYTES } from '../media/detectFormat';
import { linkFrom } from '../media/url';
import type { GeneratedFile } from './result';

const DATA_URI = /^data:[^,]{0,200};\s*base64\s*,/i;

/**
 * The file in a text that is to be a link. A gateway may put a data URI there, or base64 alone, which is taken where it
 * begins as a file does. Undefined where it is none of these.
 */
export function fileSourceFrom(text: string): GeneratedFile['source'] | undefined {
	const url = linkFrom(text);
	if (url !== undefined) return { url };
	const base64 = text.trim();
	return DATA_URI.test(base64) || isFile(base64) ? { base64 } : undefined;
}

/** Returns whether base64 holds a file of a known format. Only its beginning is checked. */
function isFile(base64: string): boolean {
	const digits = base64.slice(0, FORMAT_HEAD_BYTES).replace(/\s/g, '');
	// Four digits are three bytes.
	const head = parseBase64Image(digits.slice(0, digits.length - (digits.length % 4)));
	return head !== undefined && detectFormat(head.bytes) !== undefined;
}
