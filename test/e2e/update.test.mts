/** The package is updated while an execution is paused and another has failed: what the build before has stored is read. */
import type { SandboxBehaviour } from '../../sandbox/sandbox.mjs';
import { startN8n, type N8n } from '../../tools/n8n.mjs';
import { connect } from '../../tools/n8nClient.mjs';
import { packCommit } from '../../tools/package.mjs';
import { freePort } from '../../tools/ports.mjs';
import { provideRuntime } from '../../tools/runtime.mjs';
import {
	environment,
	expectNoKeys,
	importInto,
	paidRequests,
	readExample,
	root,
	setUpBench,
} from './support/bench.mjs';
import { ITEMS } from './support/ordered.mjs';
import { generateWorkflow, PAID_NODES } from './support/paidNodes.mjs';
import { untilWaiting } from './support/pausing.mjs';

/** The last build whose code used the names of the stored form itself. */
const OLDER = '13dd0f2';

/** A build, two starts of n8n, on a machine that is busy with the other tests, and the pauses of the example. */
const TIMEOUT_MS = 540_000;

/** The storage refuses all files. A list would be used up by the first of them. */
const REFUSING: SandboxBehaviour = {
	taskSeconds: 1,
	get fileFaults() {
		return [{ status: 400, body: 'This file is not to be had just now' }];
	},
};

let n8n: N8n | undefined;
afterAll(async () => await n8n?.stop());

test(
	'after an update a paused execution continues and failed ones are retried, bought once',
	async () => {
		const older = await packCommit(root, OLDER);
		if (older === undefined) {
			console.log(`Skipped: the checkout has no commit ${OLDER}, whose build would be updated.`);
			return;
		}
		n8n = await startN8n({
			runtime: await provideRuntime(root),
			tarball: older,
			filesFolder: environment.E2E_FOLDER,
			port: await freePort(),
			parentFolder: environment.E2E_FOLDER,
			sharesGroup: true,
		});
		const bench = await setUpBench(n8n.url);
		const { sandbox } = bench;
		try {
			sandbox.behaviour = REFUSING;
			const failed = [];
			for (const node of PAID_NODES) {
				const workflow = generateWorkflow(node, ITEMS.slice(0, 1));
				const id = await bench.n8n.startWorkflow(await importInto(bench, workflow));
				expect((await bench.n8n.waitForExecution(id)).status).toBe('error');
				failed.push({ id, node });
			}
			sandbox.behaviour = {};
			const pausing = await readExample('seedance-pause.json');
			const paused = await bench.n8n.startWorkflow(await importInto(bench, pausing));
			await untilWaiting(bench, paused);
			const paidBefore = paidRequests(sandbox).length;
			expect(paidBefore).toBeGreaterThan(PAID_NODES.length);

			await n8n.kill();
			await n8n.update(environment.E2E_TARBALL);
			await n8n.startAgain();
			const again = await connect(n8n.url);
			for (const { id, node } of failed) {
				const retried = await again.retryExecution(id, 'original');
				expect(retried).toMatchObject({ status: 'success', error: undefined });
				expect(retried.itemsOf(node.displayName)).toHaveLength(1);
			}
			const resumed = await again.waitForExecution(paused);
			expect(resumed).toMatchObject({ status: 'success', error: undefined });
			expect(resumed.itemsOf('Save Video')).toHaveLength(paidBefore - PAID_NODES.length);
			expect(paidRequests(sandbox)).toHaveLength(paidBefore);

			await expectNoKeys({ n8n: again, sandbox }, n8n.logFile);
		} finally {
			await sandbox.close();
		}
	},
	TIMEOUT_MS,
);
