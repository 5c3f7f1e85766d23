import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';
import { parseRetryAfter } from './retryAfter';

/** A stream of bytes, as n8n's helpers return and accept it. */
export type ByteStream = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Uint8Array
>;

/** A response whose body has not been read yet. */
export interface HttpResponse {
	httpStatus: number;
	contentType: string;
	/** How long the server asks to wait before the next request, in seconds. */
	retryAfter?: number;
	/** The target of a redirect, as the server writes it. */
	location?: string;
	/** Whether the header does not give the end of the body: then one that breaks off seems to be whole. */
	hasOpenEnd?: boolean;
	/** Whether the body is the whole file: with status 206 it may be a part. */
	isWhole: boolean;
	/** Destroying it closes its connection. */
	body: ByteStream;
}

const isByteStream = (value: unknown): value is ByteStream =>
	typeof value === 'object' && value !== null && 'pipe' in value && 'unshift' in value;

const responseSchema = z.object({
	statusCode: z.number(),
	headers: z.record(z.unknown()).catch({}),
	body: z.custom<ByteStream>(isByteStream),
});

/**
 * Reads the status and the headers of what n8n's helpers return.
 * @param connection ends the request and closes its connection
 */
export function parseHttpResponse(raw: unknown, connection: AbortController): HttpResponse {
	const { statusCode, headers, body } = responseSchema.parse(raw);
	const contentType = String(headers['content-type'] ?? '').toLowerCase();
	// A date is measured against the server's own clock, which may be ahead of ours or behind it.
	const nowMs = Date.parse(String(headers.date ?? '')) || Date.now();
	const retryAfter = parseRetryAfter(String(headers['retry-after'] ?? ''), nowMs);
	const range = statusCode === 206 ? String(headers['content-range'] ?? '').trim() : '';
	const isDelimited =
		headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
	// Whoever reads the body sees the error. But one that nobody listens to would end the whole n8n process.
	body.on('error', () => undefined);
	// n8n returns a generator as a stream: that one would close its connection only with the next bytes, which may
	// never come.
	const destroy = body.destroy.bind(body);
	body.destroy = (error) => {
		destroy(error);
		connection.abort();
		return body;
	};
	return {
		httpStatus: statusCode,
		contentType,
		...(retryAfter === undefined ? {} : { retryAfter }),
		...(typeof headers.location === 'string' ? { location: decodeHeader(headers.location) } : {}),
		hasOpenEnd: !isDelimited || range.endsWith('/*'),
		isWhole: isWholeRange(range) && !(statusCode === 206 && contentType.startsWith('multipart/')),
		body,
	};
}

/** Node reads the bytes of a header as Latin-1. Servers that send more than ASCII mostly write UTF-8. */
function decodeHeader(header: string): string {
	const bytes = Buffer.from(header, 'latin1');
	const text = bytes.toString('utf8');
	return bytes.toString('latin1') === header && !text.includes('\uFFFD') ? text : header;
}

/**
 * Whether a header `Content-Range`, for example `bytes 0-99/100`, covers all bytes, or starts at the first one of an
 * unknown number: `bytes 0-99/*`. A response without the header counts as whole.
 */
function isWholeRange(header: string): boolean {
	const [, first, last, total] = /^bytes[ =](\d+)-(\d+)\/(\d+|\*)$/i.exec(header) ?? [];
	return (
		header === '' || (Number(first) === 0 && (total === '*' || Number(last) + 1 === Number(total)))
	);
}
