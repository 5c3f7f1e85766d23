import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Gateway, GenerationService } from '../../../nodes/shared/gateways/types.js';
import { agentsFlare } from '../../../nodes/shared/gateways/agentsFlare/index.js';
import { gptunnel } from '../../../nodes/shared/gateways/gptunnel/index.js';
import { myRouter } from '../../../nodes/shared/gateways/myRouter/index.js';
import type { ImageRequest } from '../../../nodes/shared/generation/seedreamRequest.js';
import type { VideoRequest } from '../../../nodes/shared/generation/seedanceRequest.js';

/** How an answer is read: that of a paid request, or of a question for a task. */
export type Reading = 'seedream' | 'create' | 'result';

/** An answer of a gateway as it was recorded. */
export interface Recorded {
	name: string;
	gateway: Gateway;
	reading: Reading;
	httpStatus: number;
	text: string;
	isStream: boolean;
}

type Row = readonly [file: string, reading: Reading, httpStatus?: number];

/**
 * `page`: the gateway's own page. `partial` and `stream-error`: by BytePlus's docs, since no page has them and the
 * sandbox never answers so. All others: what the sandbox answers. Links and base64 are shortened.
 */
const ROWS: ReadonlyArray<readonly [Gateway, readonly Row[]]> = [
	[
		gptunnel,
		[
			['page-generate.json', 'seedream'],
			['page-create-seedance.json', 'create'],
			['page-result-seedance.json', 'result'],
			['page-create-gpt-image.json', 'create'],
			['page-result-gpt-image.json', 'result'],
			['generate.json', 'seedream'],
			['generate-base64.json', 'seedream'],
			['generate-data-uri.json', 'seedream'],
			['refused-key.json', 'seedream'],
			['refused-input.json', 'create'],
			['refused-body.json', 'seedream'],
			['refused-method.json', 'create'],
			['create.json', 'create'],
			['result-processing.json', 'result'],
			['result-done.json', 'result'],
			['result-failed.json', 'result'],
			['result-unknown.json', 'result'],
		],
	],
	[
		myRouter,
		[
			['page.json', 'seedream'],
			['one.json', 'seedream'],
			['set.json', 'seedream'],
			['refused-key.json', 'seedream', 401],
			['refused-input.json', 'seedream', 400],
			['refused-model.json', 'seedream', 404],
		],
	],
	[
		agentsFlare,
		[
			['page-stream.txt', 'seedream'],
			['stream.txt', 'seedream'],
			['stream-set.txt', 'seedream'],
			['stream-base64.txt', 'seedream'],
			['stream-partial.txt', 'seedream'],
			['stream-error.txt', 'seedream'],
			['whole.json', 'seedream'],
			['whole-base64.json', 'seedream'],
			['whole-partial.json', 'seedream'],
			['refused-key.json', 'seedream', 404],
			['refused-model.json', 'seedream', 400],
			['refused-input.json', 'seedream', 400],
			['refused-path.json', 'seedream', 404],
		],
	],
];

const FIXTURES = path.join(__dirname, '..', 'fixtures');

export const recordings: readonly Recorded[] = ROWS.flatMap(([gateway, rows]) =>
	rows.map(([file, reading, httpStatus = 200]) => ({
		name: `${gateway.name}/${file}`,
		gateway,
		reading,
		httpStatus,
		text: readFileSync(path.join(FIXTURES, gateway.name, file), 'utf8'),
		isStream: file.endsWith('.txt'),
	})),
);

/** A set of three, which every gateway's answers are read as: more than one may be missing. */
export const request: ImageRequest & VideoRequest = {
	model: 'seedream-4-0-250828',
	prompt: 'A red fox',
	images: [],
	aspectRatio: 'auto',
	roles: [],
	resolution: 'auto',
	duration: 0,
	options: {},
	size: '1K',
	maxImages: 3,
	watermark: false,
	responseFormat: 'url',
	stream: true,
	videos: [],
	audios: [],
};

/** The service that an answer is read by. */
export function serviceOf({
	gateway,
	reading,
}: Recorded): Pick<
	GenerationService<ImageRequest & VideoRequest>,
	'parseResponse' | 'createStreamParser' | 'tasks' | 'explainError'
> {
	const service = reading === 'seedream' ? gateway.seedream : gateway.seedance;
	if (!service) throw new Error(`${gateway.name} has no such service`);
	return service;
}
