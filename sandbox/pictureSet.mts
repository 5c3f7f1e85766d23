import { setTimeout as delay } from 'node:timers/promises';

import type { SandboxBehaviour, SandboxFile } from './behaviour.mjs';
import { drawSet, type PictureOrder } from './pictures.mjs';

/** The pictures of one order at a synchronous gateway: drawn, or what the switches say in their place, and when. */
export async function* makeSet(
	order: PictureOrder,
	count: number,
	{ file, pictureSeconds = 0 }: SandboxBehaviour,
): AsyncGenerator<Buffer | SandboxFile> {
	const pictures =
		file === undefined ? drawSet(order, count) : Array.from({ length: count }, () => file);
	// The first one's time runs while it is drawn.
	let ready = delay(pictureSeconds * 1000);
	for await (const picture of pictures) {
		await ready;
		yield picture;
		ready = delay(pictureSeconds * 1000);
	}
}
