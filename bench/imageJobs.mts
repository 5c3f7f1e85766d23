import type { SandboxGateway } from '../sandbox/sandbox.mjs';
import { MEGABYTE } from './jobs.mjs';

/** Something to be made with large images. */
export interface ImageJob {
	name: string;
	node: 'seedream' | 'gptImage';
	gateway: SandboxGateway;
	/** Items of one execution, all in work at once. */
	items: number;
	/** Images in the response to one request. */
	imagesPerItem: number;
	/** Of each image of a response. */
	fileBytes: number;
	/** The input images of each item. */
	inputs?: { count: number; bytes: number; from: 'URL' | 'store' };
	/** The node's options; defaults otherwise. */
	options: Readonly<Record<string, unknown>>;
	/** What the job may take, in parts of what the build before took, by n8n's major version. */
	bounds?: { memory: Readonly<Record<'1' | '2', number>>; cpu?: number };
	/** The build before takes no response that large. */
	isBeyondBefore?: boolean;
	/** When n8n collects its garbage is chance, which tells most in the shortest jobs: default 1. */
	rounds?: number;
}

const SMALL = MEGABYTE / 10;
const both = (bound: number) => ({ '1': bound, '2': bound });

const base64Images = (name: string, more: Partial<ImageJob>): ImageJob => ({
	name,
	node: 'seedream',
	gateway: 'modelArk',
	items: 1,
	imagesPerItem: 1,
	fileBytes: 30 * MEGABYTE,
	options: { responseFormat: 'base64' },
	...more,
});

const edits = (name: string, more: Partial<ImageJob>): ImageJob => ({
	name,
	node: 'gptImage',
	gateway: 'agentsFlare',
	items: 1,
	imagesPerItem: 1,
	fileBytes: SMALL,
	inputs: { count: 16, bytes: 10 * MEGABYTE, from: 'URL' },
	options: {},
	...more,
});

const requests = (name: string, from: 'URL' | 'store'): ImageJob => ({
	...base64Images(name, { items: 10, fileBytes: SMALL, options: {} }),
	inputs: { count: 1, bytes: 30 * MEGABYTE, from },
	bounds: { memory: both(0.3), cpu: 0.5 },
});

export const ONE_IMAGE = '1 image of 30 MB as base64';
export const LARGEST_IMAGE = '1 image of 120 MB as base64';

export const IMAGE_JOBS: readonly ImageJob[] = [
	base64Images(ONE_IMAGE, { rounds: 3, bounds: { memory: { '1': 0.4, '2': 0.3 }, cpu: 0.5 } }),
	base64Images(LARGEST_IMAGE, { rounds: 3, fileBytes: 120 * MEGABYTE, isBeyondBefore: true }),
	base64Images('10 images of 30 MB as base64, at once', {
		items: 10,
		bounds: { memory: { '1': 0.4, '2': 0.3 }, cpu: 0.5 },
	}),
	edits('10 GPT images of 8 MB in one response', {
		imagesPerItem: 10,
		fileBytes: 8 * MEGABYTE,
		inputs: undefined,
		options: { maxImages: 10 },
		isBeyondBefore: true,
	}),
	requests('10 requests with an image of 30 MB each, at once', 'URL'),
	requests('10 requests with an image of 30 MB each from n8n’s store, at once', 'store'),
	edits('1 edit with 16 images of 10 MB', { bounds: { memory: both(0.5) } }),
	edits('10 edits with 16 images of 10 MB each, at once', {
		items: 10,
		bounds: { memory: both(0.5) },
	}),
];

/** The same with small images: what n8n and the nodes do for the first time is done before anything is measured. */
export const warmUpOf = (job: ImageJob): ImageJob => ({
	...job,
	items: 1,
	fileBytes: SMALL,
	inputs: job.inputs && { ...job.inputs, bytes: SMALL },
});
