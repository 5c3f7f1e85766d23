import { createHash } from 'node:crypto';

/** The newest: a demo and tests order the same again and again, and making it is what takes the processor. */
const FILES_REMEMBERED = 50;

const made = new Map<string, Promise<Buffer>>();

/** The same order gives the same bytes, while they are remembered without being made again. */
export async function madeOnce<Order extends { references: Buffer[] }>(
	order: Order,
	make: () => Promise<Buffer>,
): Promise<Buffer> {
	const { references, ...rest } = order;
	const hash = createHash('sha256').update(JSON.stringify(rest));
	for (const reference of references) hash.update(String(reference.length)).update(reference);
	const key = hash.digest('hex');
	const making = made.get(key) ?? make();
	// Deleted first, so that what is used counts as new.
	made.delete(key);
	made.set(key, making);
	making.catch(() => made.delete(key));
	for (const oldest of made.keys()) {
		if (made.size <= FILES_REMEMBERED) break;
		made.delete(oldest);
	}
	return await making;
}
