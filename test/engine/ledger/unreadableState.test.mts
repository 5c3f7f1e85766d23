/**
 * What n8n has stored of a purchase or a pause may be of another version of the package, or damaged. Then the node fails
 * and sends nothing that is charged, until a person retries it.
 */
import { runNode, type EngineRun } from '../../support/engine.mjs';
import { expectWaiting, ids, setUpPausing } from '../../support/pausing.mjs';
import { NOTHING_CHARGED } from '../../support/wording.mjs';

const { sandbox, credentials, charged, submissions, polls, pausing } = setUpPausing();

const UNREADABLE = 'was stored in a form that this version of the package cannot read';

type Stored = Record<string, unknown>;
const isStored = (value: unknown): value is Stored => typeof value === 'object' && value !== null;

/** Changes an entry of what n8n has stored for the node under a name, before the execution goes on. */
function changeEntry(
	{ nodeContext }: EngineRun,
	name: string,
	change: (entry: Stored) => unknown,
	key?: string,
): void {
	const stored = nodeContext[name];
	if (!isStored(stored)) throw new Error(`Nothing is stored under ${name}`);
	const [last] = Object.keys(stored).slice(-1);
	const entry = stored[key ?? last ?? ''];
	if (!isStored(entry)) throw new Error(`No entry ${key} is stored under ${name}`);
	stored[key ?? last ?? ''] = change(entry);
}

const without = (name: string) => (entry: Stored) =>
	Object.fromEntries(Object.entries(entry).filter(([key]) => key !== name));

describe('a purchase', () => {
	/** Creates a task of each item, and fails since their files cannot be downloaded. */
	async function failed(itemCount = 1): Promise<EngineRun> {
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.deadLinks = { results: 99, status: 404 };
		const run = await runNode({
			node: 'GptImage',
			parameters: {
				operation: 'generate',
				prompt: 'A red fox',
				options: { pollInterval: 0.2 },
			},
			credentials: credentials(),
			items: Array.from({ length: itemCount }, (_none, number) => ({ json: { number } })),
		});
		expect(run.error?.message).toContain('could not be downloaded');
		expect(charged()).toHaveLength(itemCount);
		sandbox().behaviour.deadLinks = undefined;
		return run;
	}
	const taskIdIn = ({ error }: EngineRun) => /\[task ([\w-]+)\]/.exec(error?.message ?? '')?.[1];

	it.each<[string, change: (entry: Stored) => unknown, named: string | undefined]>([
		['of another version', (entry) => ({ ...entry, version: 2 }), 'its own'],
		['without what was asked for', without('asked'), 'its own'],
		['without what was bought', without('bought'), undefined],
		[
			'without a known form of it',
			(entry) => ({ ...entry, bought: { task: 'task-1' } }),
			undefined,
		],
		[
			'of a task that failed, of another version',
			(entry) => ({ ...entry, version: 2, bought: { failedTask: 'task-1' } }),
			undefined,
		],
		['that is a text', () => 'task-1', undefined],
		['that is a number', () => 7, undefined],
		['that is a list', (entry) => [entry], undefined],
		['that is null', () => null, undefined],
	])(
		'%s: one try fails and sends nothing, and the Retry after it may',
		async (name, change, named) => {
			const first = await failed();
			const taskId = taskIdIn(first);
			changeEntry(first, 'submissions', change);

			const second = await first.retry();
			expect(second.status).toBe('error');
			expect(second.error?.message).toContain(UNREADABLE);
			if (name.startsWith('of a task that failed')) {
				expect(second.error?.message).toContain('task task-1 had failed before');
				expect(second.error?.description).not.toContain('not lost');
			}
			expect(second.error?.message).toContain('[item 0]');
			expect(taskIdIn(second)).toBe(named === 'its own' ? taskId : named);
			expect(second.error?.description).not.toContain(NOTHING_CHARGED);
			expect([charged().length, submissions()]).toEqual([1, 1]);

			const third = await second.retry();
			expect(third.error).toBeUndefined();
			expect(third.items[0]?.[0]?.json.status).toBe('succeeded');
			expect([charged().length, submissions()]).toEqual([2, 2]);
		},
	);

	it('all of them as a list: nothing is sent', async () => {
		const run = await failed();
		run.nodeContext.submissions = [];
		const again = await run.retry();
		expect(again.error?.message).toContain(UNREADABLE);
		expect(charged()).toHaveLength(1);
	});

	it('does not keep another item’s from being found', async () => {
		const first = await failed(2);
		changeEntry(first, 'submissions', (entry) => ({ ...entry, version: 2 }), '0.1');
		const second = await first.retry({ onError: 'continueRegularOutput' });
		expect(second.items[0]?.map(({ json }) => json.status)).toEqual(['succeeded', undefined]);
		expect(JSON.stringify(second.items[0]?.[1]?.json.error)).toContain(UNREADABLE);
		expect(charged()).toHaveLength(2);
	});

	it('all of them as one text: every item fails, and nothing is sent for any', async () => {
		const first = await failed(2);
		first.nodeContext.submissions = '[object Object]';
		const second = await first.retry();
		expect(second.error?.message).toContain(UNREADABLE);
		expect([charged().length, submissions()]).toEqual([2, 2]);

		first.nodeContext.submissions = '[object Object]';
		const going = await first.retry({ onError: 'continueRegularOutput' });
		expect(going.items[0]).toHaveLength(2);
		for (const { json } of going.items[0] ?? [])
			expect(JSON.stringify(json.error)).toContain(UNREADABLE);
		expect([charged().length, submissions()]).toEqual([2, 2]);
	});

	it('all of them as one text: the Retry after that may send', async () => {
		const first = await failed();
		first.nodeContext.submissions = '[object Object]';
		const third = await (await first.retry()).retry();
		expect(third.error).toBeUndefined();
		expect([charged().length, submissions()]).toEqual([2, 2]);
	});

	it('sends nothing in any of the tries of Retry On Fail', async () => {
		const first = await failed();
		changeEntry(first, 'submissions', (entry) => ({ ...entry, version: 2 }));
		const second = await first.retry({ retryOnFail: { maxTries: 3 } });
		expect(second.thrown).toHaveLength(3);
		expect(second.error?.message).toContain(UNREADABLE);
		expect([charged().length, submissions()]).toEqual([1, 1]);
	});
});

describe('a pause', () => {
	const CHANGES: ReadonlyArray<readonly [name: string, change: (run: EngineRun) => void]> = [
		[
			'of another version',
			(run) => changeEntry(run, 'pauses', (entry) => ({ ...entry, version: 2 })),
		],
		['without its beginning', (run) => changeEntry(run, 'pauses', without('began'))],
		['that is a text', (run) => changeEntry(run, 'pauses', () => 'a pause')],
		['all of them as one text', ({ nodeContext }) => void (nodeContext.pauses = '[object Object]')],
	];
	const keepRunning = {
		parameters: {
			prompt: 'A red fox',
			options: { whileWaiting: 'keepRunning', pollInterval: 0.2 },
		},
		backInto: [],
	};

	it.each(CHANGES)('%s: Pause Execution fails, and orders nothing', async (_name, change) => {
		const first = await pausing({}, { items: [{ json: {} }, { json: {} }] });
		expectWaiting(first, 2);
		change(first);
		const second = await first.resume();
		expect(second.status).toBe('error');
		expect(second.error?.message).toContain(UNREADABLE);
		expect([charged().length, submissions(), polls()]).toEqual([2, 2, 0]);

		const third = await second.retry();
		expect(third.error?.message).toContain(UNREADABLE);
		expect([charged().length, submissions()]).toEqual([2, 2]);
	});

	it.each(CHANGES)('%s: Keep Running after it fails, and orders nothing', async (_name, change) => {
		const first = await pausing();
		expectWaiting(first, 1);
		change(first);
		const second = await first.resume();
		sandbox().behaviour.taskSeconds = 0;
		const third = await second.retry(keepRunning);
		expect(third.status).toBe('error');
		expect(third.error?.message).toContain(UNREADABLE);
		expect([charged().length, submissions(), polls()]).toEqual([1, 1, 0]);
	});

	it.each(CHANGES)(
		'%s: Keep Running after it with "On Error: Continue" has a failed item',
		async (_name, change) => {
			const first = await pausing();
			change(first);
			const second = await first.resume();
			const third = await second.retry({ ...keepRunning, onError: 'continueRegularOutput' });
			expect(third.status).toBe('success');
			expect(JSON.stringify(third.items)).toContain(UNREADABLE);
			expect([charged().length, submissions(), polls()]).toEqual([1, 1, 0]);
		},
	);

	it.each(CHANGES)('%s: under "On Error: Continue" as well', async (_name, change) => {
		const first = await pausing({}, { onError: 'continueRegularOutput' });
		expectWaiting(first, 1);
		change(first);
		const second = await first.resume();
		expect(JSON.stringify(second.items)).toContain(UNREADABLE);
		expect([charged().length, submissions(), polls()]).toEqual([1, 1, 0]);
	});

	it('one that can be read is taken up by Keep Running, which orders nothing', async () => {
		const first = await pausing();
		const bought = ids(first, 0);
		sandbox().behaviour.taskSeconds = 0;
		sandbox().behaviour.deadLinks = { results: 3, status: 404 };
		const second = await first.resume();
		expect(second.error?.message).toContain('could not be downloaded');
		sandbox().behaviour.deadLinks = undefined;
		const third = await second.retry(keepRunning);
		expect(third.error).toBeUndefined();
		expect(ids(third, 0)).toEqual(bought);
		expect([charged().length, submissions()]).toEqual([1, 1]);
	});
});
