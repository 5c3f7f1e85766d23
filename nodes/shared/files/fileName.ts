import type { GeneratedFile } from '../generation/result';
import type { FileFormat } from '../media/detectFormat';
import { baseNameOfLink, fileNameFor } from '../media/url';

/** What the name of a file is made from. */
export interface FileNaming {
	/** The user's own name, or undefined to use that of the URL. */
	wanted?: string;
	/** For a file without a URL. */
	fallback: string;
	/** Position in the set from 1, for files that share one name. */
	number?: number;
}

/**
 * Builds the name of a file: the user's own, else that of the URL. The key is removed before the name is shortened,
 * since half a key would not be found afterwards.
 * @param redact removes the key from a text
 */
export function buildFileName(
	source: GeneratedFile['source'],
	{ extension }: Pick<FileFormat, 'extension'>,
	naming: FileNaming,
	redact: (text: string) => string,
): string {
	const { wanted, fallback, number } = naming;
	// A key that contains a slash spans several parts of the path.
	const nameInUrl = 'url' in source ? redact(baseNameOfLink(redact(source.url))) : '';
	const isShared = wanted !== undefined || 'base64' in source;
	return fileNameFor(
		redact(wanted ?? '') || nameInUrl || redact(fallback),
		extension,
		isShared ? number : undefined,
	);
}

/**
 * Builds the name of a file that came inside a response, and has no URL to be named after.
 * @param distinction files of the same name would overwrite each other
 */
export const nameWithoutUrl = (
	format: Pick<FileFormat, 'extension'>,
	naming: FileNaming,
	distinction: string,
	redact: (text: string) => string,
): string =>
	buildFileName(
		{ base64: '' },
		format,
		{ ...naming, fallback: `${naming.fallback}-${distinction}` },
		redact,
	);
