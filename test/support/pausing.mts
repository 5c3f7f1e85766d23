import { runNode, type EngineRun, type InputItem, type RunOptions } from './engine.mjs';
import { useSandbox } from './fixtures.mjs';

export const HOUR = 3_600_000;
/** Longer than any test, in seconds. */
export const ENDLESS = 1_000_000;

const realNow = Date.now.bind(Date);

/** It is so much later than it is, without anyone having waited; until jest's mocks are restored. */
export const later = (milliseconds: number) =>
	void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + milliseconds);

/** As many items as are wanted, which differ. */
export const items = (count: number): InputItem[] =>
	Array.from({ length: count }, (_, index) => ({ json: { index } }));

/** The tasks of one of the outputs. */
export const ids = (run: EngineRun, output: number) =>
	run.items[output]?.map(({ json }) => json.taskId);

/** The execution is put aside, with this many tasks at work. */
export function expectWaiting(run: EngineRun, count: number): void {
	expect(run.error).toBeUndefined();
	expect(run.status).toBe('waiting');
	// The third is n8n's own, for errors.
	expect(run.items.slice(1).flat()).toEqual([]);
	expect(ids(run, 0)).toEqual(
		Array.from({ length: count }, () => expect.stringMatching(/^[\w-]+$/)),
	);
	expect(run.waitTill?.getTime()).toBeGreaterThan(Date.now());
}

/** What the tests of a file need that pause at a sandbox, which each test finds as new, with tasks that do not end. */
export function setUpPausing() {
	const fixture = useSandbox({ taskSeconds: ENDLESS });
	afterEach(() => jest.restoreAllMocks());
	return {
		...fixture,
		submissions: () => fixture.requestsTo('/v1/media/create').length,
		polls: () => fixture.requestsTo('/v1/media/result').length,
		/** Runs a node that pauses, wired as it should be. */
		pausing: async (parameters: RunOptions['parameters'] = {}, more: Partial<RunOptions> = {}) =>
			await runNode({
				node: 'GptImage',
				parameters: {
					prompt: 'A red fox',
					...parameters,
					options: {
						whileWaiting: 'pauseExecution',
						...(typeof parameters.options === 'object' ? parameters.options : {}),
					},
				},
				credentials: fixture.credentials(),
				backInto: [0],
				...more,
			}),
	};
}
