/** An input image that has been read. */
export interface ReadReference {
	dataUri: string;
	sizeBytes: number;
}

/** URLs that several items use are read once. Holds data URIs, which these items share. */
export interface ReferenceCache {
	/** By URL. */
	entries: Map<string, Promise<ReadReference>>;
	/** The length of all data URIs together. */
	totalLength: number;
}

/** The most that is kept for sharing, in characters; beyond it an image is read again when its turn comes. */
const MAX_CACHE_LENGTH = 64 * 1024 * 1024;

/** An empty cache, for the items of one run. */
export const createReferenceCache = (): ReferenceCache => ({ entries: new Map(), totalLength: 0 });

/** Reads an image, unless it is in the cache. A failure is not cached: the next item may succeed. */
export async function readCached(
	cache: ReferenceCache,
	url: string,
	read: () => Promise<ReadReference>,
): Promise<ReadReference> {
	const cached = cache.entries.get(url);
	if (cached) return await cached;
	const reading = read();
	cache.entries.set(url, reading);
	try {
		const { length } = (await reading).dataUri;
		if (cache.totalLength + length > MAX_CACHE_LENGTH) cache.entries.delete(url);
		else cache.totalLength += length;
	} catch {
		cache.entries.delete(url);
	}
	return await reading;
}
