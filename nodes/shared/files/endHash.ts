import { createHash } from 'node:crypto';

/** The end of an image is as unique as the whole, and quick to hash. */
const HASHED_BYTES = 64 * 1024;

/** Distinguishes files that have no URL to be named after, by the last bytes of each. */
export interface EndHash {
	/** Takes the next bytes, which nobody may change afterwards. */
	add(bytes: Uint8Array): void;
	/** Eight hexadecimal digits. */
	digest(): string;
}

export function createEndHash(): EndHash {
	let parts: Uint8Array[] = [];
	let sizeBytes = 0;
	return {
		add(bytes) {
			parts.push(bytes.subarray(-HASHED_BYTES));
			sizeBytes += Math.min(bytes.length, HASHED_BYTES);
			while (parts[0] && sizeBytes - parts[0].length >= HASHED_BYTES) {
				sizeBytes -= parts[0].length;
				parts = parts.slice(1);
			}
		},
		digest: () =>
			createHash('sha256')
				.update(Buffer.concat(parts).subarray(-HASHED_BYTES))
				.digest('hex')
				.slice(0, 8),
	};
}
