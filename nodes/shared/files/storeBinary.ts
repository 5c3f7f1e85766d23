import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { FileFormat } from '../media/detectFormat';
import type { ByteStream } from '../transport/httpResponse';

/** A file in n8n's storage, with what is known about it. */
export interface StoredFile {
	binary: IBinaryData;
	fileName: string;
	mimeType: string;
	/** Bytes. */
	fileSize: number;
	width?: number;
	height?: number;
}

/** Stores a file in n8n, from memory or as a stream. */
export async function storeBinary(
	context: IExecuteFunctions,
	content: ByteStream | Buffer,
	format: FileFormat,
	fileName: string,
): Promise<StoredFile> {
	const binary = await context.helpers.prepareBinaryData(content, fileName, format.mimeType);
	const fileSize = await sizeOf(context, binary);
	return {
		binary: { ...binary, fileName, fileExtension: format.extension },
		fileName,
		mimeType: format.mimeType,
		fileSize,
		...pixelsOf(format),
	};
}

/** Width and height, if they are known. */
export function pixelsOf({ width, height }: Partial<FileFormat> = {}): Pick<
	StoredFile,
	'width' | 'height'
> {
	return width === undefined || height === undefined ? {} : { width, height };
}

/** The size in bytes. Older versions of n8n do not state it in the binary itself. */
async function sizeOf(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (typeof binary.bytes === 'number') return binary.bytes;
	if (binary.id) return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
	return Buffer.byteLength(binary.data, 'base64');
}
