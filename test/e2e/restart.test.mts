/** n8n is killed while a video is being waited for, and started again. */
import {
	setUpBench,
	environment,
	expectNoKeys,
	expectStoredFile,
	importInto,
	paidRequests,
	readExample,
	root,
	waitFor,
} from './support/bench.mjs';
import { startN8n, type N8n } from '../../tools/n8n.mjs';
import { connect } from '../../tools/n8nClient.mjs';
import { freePort, isFree } from '../../tools/ports.mjs';
import { provideRuntime } from '../../tools/runtime.mjs';
import { probeVideo } from '../../tools/video.mjs';

/** Two starts of n8n, on a machine that is busy with the other tests, and the example's wait of 70 seconds. */
const TIMEOUT_MS = 420_000;

let n8n: N8n | undefined;
afterAll(async () => await n8n?.stop());

test(
	'the durable example: the video arrives, bought once',
	async () => {
		const port = await freePort();
		n8n = await startN8n({
			runtime: await provideRuntime(root),
			tarball: environment.E2E_TARBALL,
			filesFolder: environment.E2E_FOLDER,
			port,
			parentFolder: environment.E2E_FOLDER,
			sharesGroup: true,
		});
		const bench = await setUpBench(n8n.url);
		const { sandbox } = bench;
		try {
			const executionId = await bench.n8n.startWorkflow(
				await importInto(bench, await readExample('seedance-durable.json')),
			);
			await waitFor('the execution to be laid down', async () =>
				(await bench.n8n.statusOf(executionId)) === 'waiting' ? true : undefined,
			);
			const before = sandbox.requests.length;
			expect(paidRequests(sandbox)).toHaveLength(1);

			await n8n.kill();
			expect(await isFree(port)).toBe(true);
			await n8n.startAgain();
			const again = await connect(n8n.url);
			expect(await again.statusOf(executionId)).toBe('waiting');
			expect(sandbox.requests).toHaveLength(before);

			const execution = await again.waitForExecution(executionId);
			expect(execution).toMatchObject({ status: 'success', error: undefined });
			const [item, ...others] = execution.itemsOf('Get Result');
			expect(others).toHaveLength(0);
			const bytes = await expectStoredFile(
				{ ...bench, n8n: again },
				item,
				`seedance-durable-${item?.json.taskId}.mp4`,
			);
			expect(await probeVideo(bytes)).toMatchObject({ height: 1080 });
			expect(
				sandbox.requests.filter((request) => request.path === '/v1/media/create'),
			).toHaveLength(1);
			expect(paidRequests(sandbox)).toHaveLength(1);

			await expectNoKeys({ n8n: again, sandbox }, n8n.logFile);
		} finally {
			await sandbox.close();
		}
	},
	TIMEOUT_MS,
);
