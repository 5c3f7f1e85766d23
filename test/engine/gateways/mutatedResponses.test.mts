import fc from 'fast-check';
import nock from '../../support/nock.mjs';

import { keyForms, mutated, mutation, takeApart } from '../../property/support/mutation.mjs';
import { recordings, type Recorded } from '../../property/support/recorded.mjs';
import { runNode, type EngineRun } from '../../support/engine.mjs';
import { inspectFully } from '../../support/n8nHost.mjs';
import { picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

const apiKey = 'sk-9f/Qz+7c0b1d==k2';
const storage = 'https://files.test';

/** A text of the engine writes a backslash twice. */
const pieces = keyForms(apiKey).map((form) => form.replaceAll('\\', '\\\\').slice(0, 9));

/** Each in an execution of its own, so many at once: most of their time is spent on pauses. */
const AT_ONCE = 14;

const seed = Math.floor(Math.random() * 2 ** 31);

let file: Buffer;
beforeAll(async () => {
	nock.disableNetConnect();
	file = await picture(8, 8);
});
beforeEach(() => {
	nock(storage, { badheaders: ['authorization'] })
		.persist()
		.get(/.*/)
		.reply(200, () => file);
});
afterEach(() => nock.cleanAll());

type Node = 'Seedream' | 'Seedance' | 'GptImage';

interface Way {
	node: Node;
	operation: 'generate' | 'createTask' | 'getResult' | 'waitUntilDone';
	/** The paid request's answer, or that to a question for the task. */
	changed: 'submit' | 'result';
	gateway: string;
}

const seedream = ['gptunnel', 'myRouter', 'agentsFlare'].map(
	(gateway): Way => ({ node: 'Seedream', operation: 'generate', changed: 'submit', gateway }),
);
const tasks = (['Seedance', 'GptImage'] as const).flatMap((node): Way[] => [
	{ node, operation: 'generate', changed: 'submit', gateway: 'gptunnel' },
	{ node, operation: 'generate', changed: 'result', gateway: 'gptunnel' },
	{ node, operation: 'createTask', changed: 'submit', gateway: 'gptunnel' },
	{ node, operation: 'getResult', changed: 'result', gateway: 'gptunnel' },
	{ node, operation: 'waitUntilDone', changed: 'result', gateway: 'gptunnel' },
]);

const recordedAs = (name: string): Recorded => {
	const found = recordings.find((one) => one.name === name);
	if (!found) throw new Error(`${name} was not recorded`);
	return found;
};
const created = recordedAs('gptunnel/create.json');
const done = recordedAs('gptunnel/result-done.json');

/** The recorded answers that may come there. */
function answersTo({ node, changed, gateway }: Way): Recorded[] {
	const reading = node === 'Seedream' ? 'seedream' : changed === 'submit' ? 'create' : 'result';
	return recordings.filter((one) => one.gateway.name === gateway && one.reading === reading);
}

/** Runs the node once, with a gateway of its own whose answer is this one. */
async function runWith(
	{ node, operation, changed, gateway }: Way,
	recorded: Recorded,
	body: Buffer,
	number: number,
): Promise<EngineRun> {
	const baseUrl = `https://gateway-${number}.test`;
	const answer = { status: recorded.httpStatus, body };
	const [submitted, looked] =
		changed === 'submit'
			? [answer, { status: 200, body: done.text }]
			: [{ status: 200, body: created.text }, answer];
	nock(baseUrl)
		.persist()
		.post('/v1/media/result')
		.reply(looked.status, looked.body)
		.post(/.*/)
		.reply(submitted.status, submitted.body);
	return await runNode({
		node,
		parameters: {
			gateway,
			operation,
			...(operation === 'generate' || operation === 'createTask'
				? { prompt: 'A red fox' }
				: { taskId: '687fbd658a5526000178d729' }),
			options: {
				...(operation === 'createTask' ? {} : { timeout: 2 }),
				...(operation === 'generate' && node === 'Seedream' && gateway !== 'gptunnel'
					? { maxImages: 3 }
					: {}),
				...(node === 'Seedream' || operation === 'createTask' || operation === 'getResult'
					? {}
					: { pollInterval: 0.2 }),
			},
		},
		credentials: { [`${gateway}Api`]: { apiKey, baseUrl } },
		...(number % 2 === 0 ? { onError: 'continueRegularOutput' } : {}),
	});
}

/** How our own words begin, after the gateway's name. */
const beginnings = [': ', ` ${summaryOf('modelUnknown')}`];

/** What the run says went wrong, in the error or in the items that stand in for it. */
function messagesOf(run: EngineRun): string[] {
	const failed = run.items
		.flat()
		.flatMap(({ json }) => (json.error === undefined ? [] : [String(Object(json.error).message)]));
	return [...(run.error ? [run.error.message] : []), ...failed];
}

const ways = [...seedream, ...tasks].map(
	(way, index) =>
		[`${way.node}, ${way.operation}, ${way.gateway}, ${way.changed}`, way, seed + index] as const,
);

describe.each(ways)('%s', (name, way, ownSeed) => {
	it('a changed answer ends in files, a state or our own words, without the key', async () => {
		const answers = answersTo(way);
		const changes = fc.sample(fc.tuple(fc.constantFrom(...answers), mutation), {
			numRuns: AT_ONCE,
			seed: ownSeed,
		});
		await Promise.all(
			changes.map(async ([recorded, how], number) => {
				const body = Buffer.concat(
					mutated(takeApart(recorded.text, recorded.isStream), how, apiKey),
				);
				const run = await runWith(way, recorded, body, number);
				const place = `seed ${ownSeed}, ${name}, number ${number}, ${recorded.name}: ${body.toString().slice(0, 2000)}`;
				for (const message of messagesOf(run)) {
					const isOurs = beginnings.some((beginning) =>
						message.startsWith(`${recorded.gateway.displayName}${beginning}`),
					);
					if (!isOurs) throw new Error(`"${message}" for ${place}`);
				}
				const all = run.everything() + inspectFully(run.thrown);
				const piece = pieces.find((one) => all.includes(one));
				if (piece !== undefined) {
					const at = all.indexOf(piece);
					throw new Error(
						`the key is in "${all.slice(Math.max(0, at - 300), at + 40)}" for ${place}`,
					);
				}
				if (run.status !== 'success' && run.error === undefined)
					throw new Error(`${run.status} without a word for ${place}`);
			}),
		);
	});
});
