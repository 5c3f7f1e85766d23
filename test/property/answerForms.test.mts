import fc from 'fast-check';

import { toApiResponse } from '../../nodes/shared/transport/body.js';
import { GenerationError } from '../../nodes/shared/errors/failure.js';
import { recordings, request, serviceOf, type Recorded } from './support/recorded.mjs';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);

const heartbeat = fc.oneof(
	fc.constantFrom(
		'\uFEFF',
		'\n',
		'\r\n',
		' \t\n',
		': PING\n\n',
		':\r\n',
		'event: ping\ndata: {"type":"ping"}\n\n',
		'retry: 3000\n',
		'id: 1\n\n',
	),
	fc.string().map((words) => `: ${words.replace(/[\r\n]/g, ' ')}\n\n`),
);

/** What an answer comes to: an outcome, or the failure of it. */
function read(recorded: Recorded, text: string): unknown {
	const { gateway, reading, httpStatus } = recorded;
	const service = serviceOf(recorded);
	const answer = toApiResponse({ httpStatus }, Buffer.from(text));
	try {
		if (reading === 'result') return service.tasks?.parseResponse(answer);
		return gateway.parseError(answer) ?? service.parseResponse(answer.body, request);
	} catch (error) {
		if (!(error instanceof GenerationError)) throw error;
		return error.failure;
	}
}

const whole = recordings.filter(({ isStream }) => !isStream);

it.each(whole.map((recorded) => [recorded.name, recorded] as const))(
	'%s: says the same behind any heartbeats',
	(_name, recorded) => {
		const expected = read(recorded, recorded.text);
		fc.assert(
			fc.property(fc.array(heartbeat, { minLength: 1, maxLength: 5 }), (heartbeats) => {
				expect(read(recorded, heartbeats.join('') + recorded.text)).toEqual(expected);
			}),
			{ numRuns: RUNS },
		);
	},
);
