import type { SandboxBehaviour, SandboxFile } from './behaviour.mjs';
import { makeSet } from './pictureSet.mjs';
import type { SeedreamOrder } from './seedreamOrders.mjs';
import { type PixelSize, sizeText } from './sizes.mjs';

/** What the answer says of a layer besides its picture: BytePlus's docs, image generation API, read 2026-10-08. */
export interface Layer {
	size: string;
	/** 0 is the base, which lies below the others */
	z_index: number;
	name: string;
	description: string;
	/** left, top, right and bottom, in pixels and in thousandths; the base has none */
	bounding_box?: { absolute: Box; normalized: Box };
}

type Box = [left: number, top: number, right: number, bottom: number];

/** What the sandbox finds in every picture: the real model finds up to 16 layers. */
const FOUND = [
	{ name: 'object', description: 'What the picture shows', box: [0.1, 0.1, 0.6, 0.6] },
	{ name: 'text', description: 'What is written on it', box: [0.5, 0.7, 0.9, 0.95] },
] as const;

const THOUSANDTHS: PixelSize = { width: 1000, height: 1000 };

/** The layers of one picture, the base first. All are PNG, and all or none are made. */
export async function* makeLayers(
	order: SeedreamOrder,
	behaviour: SandboxBehaviour,
): AsyncGenerator<{ layer: Layer; picture: Buffer | SandboxFile }> {
	const { size } = order;
	yield* drawn(
		order,
		size,
		{
			size: sizeText(size),
			z_index: 0,
			name: 'background',
			description: 'What lies behind all else',
		},
		behaviour,
	);
	for (const [index, { name, description, box }] of FOUND.entries()) {
		const absolute = boxIn(size, box);
		const [left, top, right, bottom] = absolute;
		const own = { width: right - left, height: bottom - top };
		const layer = {
			size: sizeText(own),
			z_index: index + 1,
			name,
			description,
			bounding_box: { absolute, normalized: boxIn(THOUSANDTHS, box) },
		};
		yield* drawn(order, own, layer, behaviour);
	}
}

async function* drawn(
	{ gateway, body, references }: SeedreamOrder,
	size: PixelSize,
	layer: Layer,
	behaviour: SandboxBehaviour,
) {
	const drawing = {
		gateway,
		model: body.model,
		prompt: layer.name,
		size,
		watermark: false,
		references,
	};
	const pictures = makeSet(
		{ ...drawing, format: 'png', transparent: layer.z_index > 0 },
		1,
		behaviour,
	);
	for await (const picture of pictures) yield { layer, picture };
}

function boxIn({ width, height }: PixelSize, [left, top, right, bottom]: Readonly<Box>): Box {
	return [
		Math.round(left * width),
		Math.round(top * height),
		Math.round(right * width),
		Math.round(bottom * height),
	];
}
