import type { ItemContext } from './context';
import type { FileCollector } from './fileCollector';

/** One item that is being processed, with its files. */
export interface Item extends ItemContext {
	files: FileCollector;
}
