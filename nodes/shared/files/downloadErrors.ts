import { GenerationError, type Failure } from '../errors/failure';

export const DOWNLOAD_BROKE_OFF: Failure = {
	kind: 'answerLost',
	message: 'the download broke off',
};

/** A response without a file, which may have one a moment later: a storage that is not ready yet may send nothing. */
export const emptyFile = () =>
	new GenerationError({ kind: 'fileGone', message: 'the file is empty' });

/** A URL that leads to something else than a usable file. With a status: the storage would send the same again. */
export const unusableFile = (message: string) =>
	new GenerationError({ kind: 'fileGone', message, httpStatus: 200 });
