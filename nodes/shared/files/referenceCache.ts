import type { ImageFacts } from './examineImage';

/** Input images that several items use are read once. Holds those that are small. */
export interface ReferenceCache {
	/** By what identifies the image. */
	entries: Map<string, Promise<ImageFacts>>;
	/** The size of all that is held. */
	totalBytes: number;
}

/** The most that is held for sharing; beyond it an image is read again when its turn comes. */
const MAX_CACHE_BYTES = 48 * 1024 * 1024;

/** An empty cache, for the items of one run. */
export const createReferenceCache = (): ReferenceCache => ({ entries: new Map(), totalBytes: 0 });

/** Reads an image, unless it is in the cache. A failure is not cached: the next item may succeed. */
export async function readCached(
	cache: ReferenceCache,
	key: string,
	read: () => Promise<ImageFacts>,
): Promise<ImageFacts> {
	const cached = cache.entries.get(key);
	if (cached) return await cached;
	const reading = read().then((facts) => withinLimit(cache, facts));
	cache.entries.set(key, reading);
	reading.catch(() => cache.entries.delete(key));
	return await reading;
}

/** What is known of an image is always kept. */
function withinLimit(cache: ReferenceCache, { small, ...facts }: ImageFacts): ImageFacts {
	if (!small || cache.totalBytes + small.length > MAX_CACHE_BYTES) return facts;
	cache.totalBytes += small.length;
	return { ...facts, small };
}
