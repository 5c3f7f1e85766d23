import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mjs';
import { GATEWAYS } from '../tools/gateways.mjs';
import { connect, type N8nClient, type WorkflowJson } from '../tools/n8nClient.mjs';
import { atEnd, runTool, ToolError } from '../tools/processes.mjs';
import { reportComparison, startBothBuilds, type Place } from './builds.mjs';
import { isChosen, noSuchJob, readChoice } from './choice.mjs';
import { IMAGE_JOBS, warmUpOf, type ImageJob } from './imageJobs.mjs';
import { ImageResults, rowsOf, type ImageUsage } from './imageReport.mjs';
import { untilQuiet } from './measure.mjs';
import { cpuSeconds, currentMemory, forgetPeak, peakMemory } from './usage.mjs';
import { itemsOf, workflow, type Node } from './workflows.mjs';

const root = process.cwd();
/** The last build that held each image of a request and of a response in memory as a whole. */
const BEFORE = 'b669ba8';
/** What n8n does after the last byte: it stores the execution. */
const SETTLE_MS = 1500;
const GENERATE = 'Generate';
const INPUT_FILE = 'input.png';

await runTool(async () => {
	const choice = readChoice('bench:images');
	const jobs = IMAGE_JOBS.filter(({ name }) => isChosen(name, choice));
	if (jobs.length === 0)
		throw noSuchJob(
			choice,
			IMAGE_JOBS.map(({ name }) => name),
		);
	const both = await startBothBuilds(root, BEFORE, async (n8n) => await n8n.kill());
	const { places, runtime, folder } = both;
	const sandbox = await startSandbox();
	atEnd(() => sandbox.close());

	const results = new ImageResults();
	const head = await pictureHead();
	const runs = jobs.flatMap((job) =>
		Array.from({ length: choice.rounds ?? job.rounds ?? 1 }).flatMap(() =>
			places
				.filter(({ build }) => build === 'now' || !job.isBeyondBefore)
				.map((place) => ({ job, place })),
		),
	);
	for (const [done, { job, place }] of runs.entries()) {
		const which = `[${done + 1}/${runs.length}] ${job.name}, ${place.build}`;
		try {
			const usage = await measure(job, place, { sandbox, head, folder });
			results.add(job, place.build, usage);
			console.log(
				`${which}: ${Math.round(usage.memory / 1e6)} MB, ${usage.cpu.toFixed(2)} s of the processor`,
			);
		} catch (error) {
			// The build before may not come to an end with so much in memory; that is told, and costs no other figure.
			if (place.build === 'now' || !(error instanceof ToolError)) throw error;
			console.log(`${which}: failed. ${error.message}`);
			await place.n8n.kill();
		}
	}
	const rows = rowsOf(jobs, results, runtime.major);
	return await reportComparison(root, both, rows, {
		section: `images-${runtime.major}`,
		title: 'Large images',
		command: 'bench:images',
		commit: BEFORE,
		difference: 'held each image as a whole',
		method: `The builds ran in turn, each in an n8n of its own. Each figure is of a fresh process that has done two small jobs of the kind and is
quiet: the highest resident memory above the level just before, and the processor time until it is quiet again, less that
of the second small job, which is n8n's own for any execution. n8n keeps files in the file system. Medians, with the range.`,
		write: choice.write,
	});
});

/** A picture that its format allows anything to follow. */
async function pictureHead(): Promise<Buffer> {
	return await sharp({ create: { width: 1024, height: 1024, channels: 3, background: 'teal' } })
		.png()
		.toBuffer();
}

interface Aids {
	sandbox: Sandbox;
	/** What every image begins with. */
	head: Buffer;
	/** Where n8n may read files. */
	folder: string;
}

/**
 * Runs the job on a fresh n8n that has done a small one before; what it took above the level just before, and of the
 * processor more than another small one.
 */
async function measure(job: ImageJob, { n8n }: Place, aids: Aids): Promise<ImageUsage> {
	await n8n.startAgain();
	const client = await connect(n8n.url);
	const small = warmUpOf(job);
	await runJob(small, client, await prepareJob(small, client, aids), aids);
	const ofSmall = await measureOnce(small, { n8n, client }, aids);
	const { memory, cpu } = await measureOnce(job, { n8n, client }, aids);
	// The other build's n8n has the machine for itself next.
	await n8n.kill();
	return { memory, cpu: cpu - ofSmall.cpu };
}

async function measureOnce(
	job: ImageJob,
	{ n8n, client }: Pick<Place, 'n8n'> & { client: N8nClient },
	aids: Aids,
): Promise<ImageUsage> {
	const workflowId = await prepareJob(job, client, aids);
	const idle = await untilQuiet({ n8n });
	forgetPeak(n8n.pid());
	const level = currentMemory(n8n.pid());
	const cpuBefore = cpuSeconds(n8n.pid());
	const startedAt = performance.now();
	await runJob(job, client, workflowId, aids);
	const memory = peakMemory(n8n.pid()) - level;
	await untilQuiet({ n8n });
	const seconds = (performance.now() - startedAt) / 1000;
	return { memory, cpu: cpuSeconds(n8n.pid()) - cpuBefore - idle * seconds };
}

/** All that comes before the execution: what the gateway has, the credential and the workflow, whose ID is returned. */
async function prepareJob(
	job: ImageJob,
	client: N8nClient,
	{ sandbox, head, folder }: Aids,
): Promise<string> {
	const { inputs, fileBytes, gateway } = job;
	sandbox.reset();
	sandbox.behaviour = { file: { head, length: fileBytes } };
	const input = { head, length: inputs?.bytes ?? head.length };
	const url = sandbox.addFile(INPUT_FILE, input, 'image/png');
	if (inputs?.from === 'store') {
		await writeFile(
			path.join(folder, INPUT_FILE),
			Buffer.concat([head, Buffer.alloc(input.length - head.length)]),
		);
	}
	await client.deleteCredentials();
	const known = GATEWAYS.find(({ name }) => name === gateway);
	if (known === undefined) throw new Error(`No gateway ${gateway}`);
	const credential = await client.createCredential(known.credentialType, known.credentialName, {
		apiKey: sandbox.keys[gateway],
		baseUrl: sandbox.apiUrl,
	});
	return await client.importWorkflow(workflowOf(job, url, folder), [credential], folder);
}

/** Throws ToolError unless every image arrives whole and is kept outside n8n's memory, each item charged once. */
async function runJob(
	{ name, items, imagesPerItem, fileBytes }: ImageJob,
	client: N8nClient,
	workflowId: string,
	{ sandbox }: Aids,
): Promise<void> {
	const execution = await client.waitForExecution(await client.startWorkflow(workflowId));
	await delay(SETTLE_MS);
	const generated = execution.itemsOf(GENERATE);
	const files = generated.flatMap(({ binary = {} }) => Object.values(binary));
	const areWhole = generated.every(({ json }) => json.fileSize === fileBytes);
	const charged = sandbox.requests.filter(({ paid }) => paid).length;
	const areStored = files.every((file) => file.id?.startsWith('filesystem'));
	if (
		execution.status !== 'success' ||
		files.length !== items * imagesPerItem ||
		charged !== items ||
		!areStored ||
		!areWhole
	) {
		throw new ToolError(
			`${name} ended as ${execution.status} with ${files.length} files${areWhole ? '' : ', not all whole,'} and ${charged} charged requests: ${execution.error?.message} ${execution.error?.description ?? ''}`,
		);
	}
	await client.deleteExecutions([execution.id]);
}

function workflowOf(job: ImageJob, url: string, folder: string): WorkflowJson {
	const { node, gateway, items, inputs, options } = job;
	const prompts = Array.from({ length: items }, (_none, item) => `A red fox, item ${item}`);
	const fromStore = inputs?.from === 'store';
	const image = fromStore
		? [{ source: 'binary', binaryPropertyName: 'data' }]
		: Array.from({ length: inputs?.count ?? 0 }, (_none, index) => ({
				source: 'url',
				// An image of its own for each item and place.
				url: `=${url}?item={{ $itemIndex }}&image=${index}`,
			}));
	const generate: Node = {
		name: GENERATE,
		type: `n8n-nodes-seedream.${node}`,
		typeVersion: 1,
		parameters: {
			gateway,
			operation: 'generate',
			prompt: 'A red fox',
			...(image.length > 0 && { images: { image } }),
			options,
		},
		credentials: { [`${gateway}Api`]: { id: null, name: gateway } },
	};
	const read: Node = {
		name: 'Read',
		type: 'n8n-nodes-base.readWriteFile',
		typeVersion: 1,
		parameters: {
			operation: 'read',
			fileSelector: path.join(folder, INPUT_FILE),
			options: {},
		},
		to: [[GENERATE]],
	};
	return workflow(
		`Bench: ${job.name}`,
		itemsOf(prompts),
		fromStore ? [read, generate] : [generate],
	);
}
