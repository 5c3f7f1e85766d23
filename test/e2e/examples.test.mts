/**
 * The example workflows whose ends are services on the internet, forms and files, in a real n8n: what reaches the last
 * node is, byte for byte, what the gateway gave out. The services are played, at the wire.
 */
import axios from 'axios';
import { unzipSync } from 'fflate';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import type { Credential, ExecutedItem, Execution, WorkflowJson } from '../../tools/n8nClient.mjs';
import {
	environment,
	expectFile,
	expectStoredFile,
	importInto,
	paidRequests,
	readExample,
	root,
	setUpBench,
	waitFor,
	type Bench,
} from './support/bench.mjs';
import { complaintsAbout } from './support/importCheck.mjs';
import { playDrive, type Drive } from './support/externalHosts/drive.mjs';
import { openExternalProxy, type ExternalProxy } from './support/externalHosts/proxy.mjs';
import { playSheets, type Sheets } from './support/externalHosts/sheets.mjs';
import { playSlack, type Slack } from './support/externalHosts/slack.mjs';
import { playTelegram, type Telegram } from './support/externalHosts/telegram.mjs';

const SLACK_TOKEN = 'xoxb-local';
const GOOGLE_TOKEN = 'ya29.local';
const TELEGRAM_TOKEN = '123456:local';
/** As the example has it. */
const OWN_CHAT = 123456789;

let bench: Bench;
let slack: Slack;
let drive: Drive;
let sheets: Sheets;
let telegram: Telegram;
let externalProxy: ExternalProxy;

beforeAll(async () => {
	slack = playSlack(SLACK_TOKEN);
	drive = playDrive(GOOGLE_TOKEN);
	sheets = playSheets(GOOGLE_TOKEN, { id: 'your-spreadsheet-id', title: 'Videos' });
	telegram = playTelegram(TELEGRAM_TOKEN);
	externalProxy = await openExternalProxy({
		'slack.com': slack.api,
		'files.slack.com': slack.storage,
		'www.googleapis.com': drive.api,
		'sheets.googleapis.com': sheets.api,
		'api.telegram.org': telegram.api,
	});
	bench = await setUpBench();
	bench.credentials.push(...(await makeCredentials(bench)));
});
beforeEach(() => {
	bench.sandbox.reset();
	bench.sandbox.behaviour = { taskSeconds: 0 };
});
afterAll(async () => {
	await bench?.sandbox.close();
	await externalProxy?.close();
});

async function makeCredentials({ n8n }: Bench): Promise<Credential[]> {
	// As after “Sign in with Google”.
	const google = {
		clientId: 'local',
		clientSecret: 'local',
		oauthTokenData: { access_token: GOOGLE_TOKEN, token_type: 'Bearer' },
	};
	return [
		await n8n.createCredential('slackApi', 'Slack account', {
			accessToken: SLACK_TOKEN,
			signatureSecret: '',
		}),
		await n8n.createCredential('googleSheetsOAuth2Api', 'Google Sheets account', google),
		await n8n.createCredential('googleDriveOAuth2Api', 'Google Drive account', google),
		await n8n.createCredential('telegramApi', 'Telegram account', {
			accessToken: TELEGRAM_TOKEN,
			baseUrl: 'https://api.telegram.org',
		}),
	];
}

async function importExample(file: string): Promise<string> {
	return await importInto(bench, await readExample(file));
}

async function runExample(file: string): Promise<Execution> {
	return await bench.n8n.runWorkflow(await importExample(file));
}

/** The execution of a workflow that follows `earlier` others, when it has ended. */
async function nextExecution(workflowId: string, earlier: number): Promise<Execution> {
	const id = await waitFor(
		'the execution to begin',
		async () => (await bench.n8n.executionsOf(workflowId))[earlier],
	);
	return await bench.n8n.waitForExecution(id);
}

function onlyOne<Thing>(things: readonly Thing[]): Thing {
	expect(things).toHaveLength(1);
	return z.custom<Thing>((thing) => thing !== undefined).parse(things[0]);
}

function byPrompt(one: { prompt: string }, other: { prompt: string }): number {
	return one.prompt < other.prompt ? -1 : 1;
}

function textOf(item: ExecutedItem, field: string): string {
	return z.string().parse(item.json[field]);
}

describe('every example', () => {
	const folder = path.join(root, 'examples');
	let nodeTypes: unknown[];
	beforeAll(async () => {
		nodeTypes = await bench.n8n.readNodeTypes();
	});

	test('is named by the README, and imports without a warning', async () => {
		const files = await readdir(folder);
		const readme = await readFile(path.join(root, 'README.md'), 'utf8');
		const complaints: Record<string, string[]> = {};
		for (const file of files) {
			const found = complaintsAbout(await readExample(file), nodeTypes);
			if (!readme.includes(`\`${file}\``)) found.push('the README does not name it');
			if (found.length > 0) complaints[file] = found;
		}
		expect(files.length).toBeGreaterThan(0);
		expect(complaints).toEqual({});
	});

	test('explains itself, and holds nothing of anybody’s', async () => {
		for (const file of await readdir(folder)) {
			const text = await readFile(path.join(folder, file), 'utf8');
			const { nodes } = await readExample(file);
			expect([file, nodes.some(({ type }) => type === 'n8n-nodes-base.stickyNote')]).toEqual([
				file,
				true,
			]);
			expect([
				file,
				[...text.matchAll(/[\w.+-]+@[\w-]+\.\w+|\b(?:sk|xox[abp])-\w+|AIza\w+/g)].flat(),
			]).toEqual([file, []]);
			for (const { credentials = {} } of nodes) {
				expect([
					file,
					Object.values(credentials).filter(({ id }) => id !== 'choose-your-own'),
				]).toEqual([file, []]);
			}
		}
	});

	test('with something amiss is told', async () => {
		const example = await readExample('seedream-slack.json');
		const change = (name: string, changed: Partial<WorkflowJson['nodes'][number]>) => ({
			...example,
			nodes: example.nodes.map((node) => (node.name === name ? { ...node, ...changed } : node)),
		});
		expect(
			complaintsAbout(change('Seedream', { type: 'n8n-nodes-seedream.seedreem' }), nodeTypes),
		).toEqual(['Seedream: n8n knows no n8n-nodes-seedream.seedreem 1']);
		expect(
			complaintsAbout(
				change('Seedream', { parameters: { gateway: 'gptunnel', operation: 'generate' } }),
				nodeTypes,
			),
		).toEqual([expect.stringContaining('Prompt')]);
		const parameters = { resource: 'file', options: { chanelId: 'C1' } };
		expect(
			complaintsAbout(change('Post to Slack', { parameters, credentials: {} }), nodeTypes),
		).toEqual([
			'Post to Slack: the form has no options.chanelId',
			'Post to Slack: asks for slackApi',
		]);
		expect(
			complaintsAbout(
				{ ...example, connections: { Seedream: { main: [[{ node: 'Discord' }]] } } },
				nodeTypes,
			),
		).toEqual(['a connection of Seedream leads to "Discord"']);
	});
});

describe('a picture for Slack', () => {
	beforeEach(() => (slack.posted.length = 0));

	test('is posted as it was made', async () => {
		const execution = await runExample('seedream-slack.json');
		expect(execution).toMatchObject({ status: 'success', error: undefined });
		const picture = await expectFile(bench, onlyOne(execution.itemsOf('Seedream')));
		const { bytes, ...rest } = onlyOne(slack.posted);
		expect(bytes.equals(picture)).toBe(true);
		expect(rest).toMatchObject({
			channel: 'C0123456789',
			comment: 'A good week to you all!',
			title: expect.stringMatching(/^Monday, \d+ \w+$/),
			name: expect.stringMatching(/\.jpe?g$/),
		});
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});

	test('with Slack down: Retry posts what was bought', async () => {
		slack.isDown = true;
		const failed = await runExample('seedream-slack.json');
		expect(failed.status).toBe('error');
		expect(slack.posted).toHaveLength(0);
		const retried = await bench.n8n.retryExecution(failed.id, 'original');
		expect(retried).toMatchObject({ status: 'success', error: undefined });
		const picture = await expectFile(bench, onlyOne(failed.itemsOf('Seedream')));
		expect(onlyOne(slack.posted).bytes.equals(picture)).toBe(true);
		expect(paidRequests(bench.sandbox)).toHaveLength(1);
	});
});

test('a sheet of prompts: videos in the drive, links and problems in the sheet, each bought once', async () => {
	const REFUSED = 'A volcano';
	bench.sandbox.behaviour = {
		taskSeconds: 0,
		taskEnd: ({ prompt }) => (prompt.startsWith(REFUSED) ? 'failed' : 'done'),
	};
	const head = ['Prompt', 'Shape', 'Video', 'Task ID', 'Problem'];
	const finished = [
		'A finished one',
		'1:1',
		'https://drive.google.com/file/d/earlier/view',
		'earlier',
		'',
	];
	sheets.rows = [
		head,
		['A kite climbs', '9:16'],
		finished,
		[REFUSED],
		['A tram turns', '16:9', '', '', 'None so far'],
		['', '1:1'],
	];
	const workflow = await importExample('seedance-sheet-drive.json');

	const first = await bench.n8n.runWorkflow(workflow);
	expect(first).toMatchObject({ status: 'success', error: undefined });
	// Sent side by side, so in any order.
	expect(
		paidRequests(bench.sandbox)
			.map(({ body }) => z.object({ prompt: z.string(), ar: z.string() }).parse(body))
			.sort(byPrompt),
	).toEqual([
		{ prompt: 'A kite climbs', ar: '9:16' },
		{ prompt: 'A tram turns', ar: '16:9' },
		{ prompt: REFUSED, ar: '16:9' },
	]);
	const made = first.itemsOf('Seedance');
	expect(drive.files.map(({ name, mimeType, parents }) => ({ name, mimeType, parents }))).toEqual([
		{ name: 'row 2.mp4', mimeType: 'video/mp4', parents: ['root'] },
		{ name: 'row 5.mp4', mimeType: 'video/mp4', parents: ['root'] },
	]);
	for (const [index, item] of made.entries()) {
		expect(drive.files[index]?.bytes.equals(await expectFile(bench, item))).toBe(true);
	}
	const linkTo = (index: number) =>
		`https://drive.google.com/file/d/${drive.files[index]?.id}/view`;
	const [refused] = first.itemsOf('Seedance', 1);
	const { taskId, message } = z
		.object({ taskId: z.string(), message: z.string() })
		.parse(refused?.json.error);
	expect(sheets.rows[1]).toEqual(['A kite climbs', '9:16', linkTo(0), made[0]?.json.taskId, '']);
	expect(sheets.rows[2]).toEqual(finished);
	expect(sheets.rows[3]?.slice(2)).toEqual([undefined, taskId, message]);
	expect(sheets.rows[4]).toEqual(['A tram turns', '16:9', linkTo(1), made[1]?.json.taskId, '']);

	// What is there already is not bought again; what failed is.
	bench.sandbox.behaviour = { taskSeconds: 0 };
	const second = await bench.n8n.runWorkflow(workflow);
	expect(second).toMatchObject({ status: 'success', error: undefined });
	const [again] = second.itemsOf('Seedance');
	expect(sheets.rows[3]).toEqual([REFUSED, undefined, linkTo(2), again?.json.taskId, '']);
	expect(drive.files).toHaveLength(3);
	expect(paidRequests(bench.sandbox)).toHaveLength(4);
});

test('a photo by Telegram: comes back changed, for its owner only', async () => {
	const workflow = await importExample('gpt-image-telegram.json');
	await bench.n8n.activateWorkflow(workflow);
	await waitFor('the bot to set its webhook', () => (telegram.isListenedTo() ? true : undefined));
	const photo = await sharp({
		create: { width: 320, height: 240, channels: 3, background: 'teal' },
	})
		.jpeg()
		.toBuffer();

	await telegram.deliver({ chatId: OWN_CHAT, messageId: 11, caption: 'Make it winter', photo });
	const changed = await nextExecution(workflow, 0);
	expect(changed).toMatchObject({ status: 'success', error: undefined });
	expect(onlyOne(paidRequests(bench.sandbox)).body).toMatchObject({
		prompt: 'Make it winter',
		images: [`data:image/jpeg;base64,${photo.toString('base64')}`],
	});
	const { photo: answer, ...rest } = onlyOne(telegram.sent);
	expect(rest).toEqual({ method: 'sendPhoto', chatId: String(OWN_CHAT), replyTo: '11' });
	expect(answer?.bytes.equals(await expectFile(bench, onlyOne(changed.itemsOf('GPT Image'))))).toBe(
		true,
	);

	await telegram.deliver({ chatId: OWN_CHAT + 1, messageId: 12, caption: 'Make it summer', photo });
	expect(await nextExecution(workflow, 1)).toMatchObject({ status: 'success' });
	expect(telegram.sent).toHaveLength(1);

	await telegram.deliver({ chatId: OWN_CHAT, messageId: 13, text: 'Hello' });
	expect(await nextExecution(workflow, 2)).toMatchObject({ status: 'success' });
	expect(telegram.sent.slice(1)).toEqual([
		{
			method: 'sendMessage',
			chatId: String(OWN_CHAT),
			replyTo: '13',
			text: expect.stringContaining('caption'),
		},
	]);
	expect(paidRequests(bench.sandbox)).toHaveLength(1);

	bench.sandbox.behaviour = { taskSeconds: 0, taskEnd: 'failed' };
	await telegram.deliver({ chatId: OWN_CHAT, messageId: 14, caption: 'Make it night', photo });
	expect(await nextExecution(workflow, 3)).toMatchObject({ status: 'success' });
	expect(telegram.sent.slice(2)).toEqual([
		{
			method: 'sendMessage',
			chatId: String(OWN_CHAT),
			replyTo: '14',
			text: expect.stringContaining('No picture this time'),
		},
	]);
	expect(paidRequests(bench.sandbox)).toHaveLength(2);
});

test('a form orders a set of pictures: one zip holds them all', async () => {
	const example = await readExample('seedream-form-zip.json');
	const workflow = await importInto(bench, example);
	await bench.n8n.activateWorkflow(workflow);
	const webhookId = z
		.string()
		.parse(example.nodes.find(({ type }) => type.endsWith('formTrigger'))?.webhookId);
	const form = new FormData();
	form.append('field-0', 'A fox through the seasons');
	form.append('field-1', '3');
	const address = `${environment.E2E_N8N_URL}/form/${webhookId}`;
	const page = await waitFor('the form', async () => {
		const { status, data } = await axios.get<unknown>(address, {
			proxy: false,
			validateStatus: (code) => code === 200 || code === 404,
		});
		return status === 200 ? String(data) : undefined;
	});
	expect(page).toContain('What do they show?');
	expect(page).toContain('Your pictures are being drawn');
	await axios.post(address, form, { proxy: false });

	const execution = await nextExecution(workflow, 0);
	expect(execution).toMatchObject({ status: 'success', error: undefined });
	expect(onlyOne(paidRequests(bench.sandbox)).body).toMatchObject({
		prompt: '3 pictures of: A fox through the seasons',
		sequential_image_generation: 'auto',
		max_images: 3,
	});
	const pictures = execution.itemsOf('Seedream');
	expect(pictures).toHaveLength(3);
	const zipped = unzipSync(
		await readFile(textOf(onlyOne(execution.itemsOf('Save Zip')), 'fileName')),
	);
	expect(Object.keys(zipped)).toEqual(pictures.map((item) => textOf(item, 'fileName')));
	for (const item of pictures) {
		expect(
			(await expectFile(bench, item)).equals(zipped[textOf(item, 'fileName')] ?? Buffer.alloc(0)),
		).toBe(true);
	}
});

test('product photos on the disk: a video beside each, which begins with it', async () => {
	const folder = path.join(bench.filesFolder, 'products');
	await mkdir(folder);
	const photos = new Map<string, Buffer>();
	for (const [name, background] of [
		['cup', 'navy'],
		['shoe', 'olive'],
	] as const) {
		const photo = await sharp({ create: { width: 480, height: 480, channels: 3, background } })
			.jpeg()
			.toBuffer();
		photos.set(name, photo);
		await writeFile(path.join(folder, `${name}.jpg`), photo);
	}
	const execution = await runExample('seedance-product-photos.json');
	expect(execution).toMatchObject({ status: 'success', error: undefined });
	const names = execution
		.itemsOf('Read Photos')
		.map((item) => textOf(item, 'fileName').replace('.jpg', ''));
	expect([...names].sort()).toEqual([...photos.keys()]);
	expect(
		paidRequests(bench.sandbox)
			.map(({ body }) =>
				z
					.object({ images: z.array(z.string()) })
					.parse(body)
					.images.join(),
			)
			.sort(),
	).toEqual(
		[...photos.values()]
			.map((photo) => `data:image/jpeg;base64,${photo.toString('base64')}`)
			.sort(),
	);
	for (const [index, name] of names.entries()) {
		await expectStoredFile(
			bench,
			execution.itemsOf('Seedance')[index],
			path.join('products', `${name}.mp4`),
		);
	}
	expect((await readdir(folder)).sort()).toEqual(['cup.jpg', 'cup.mp4', 'shoe.jpg', 'shoe.mp4']);
});

test('an error branch: what failed is a line in a table, the rest are videos', async () => {
	bench.sandbox.behaviour = {
		taskSeconds: 0,
		taskEnd: ({ prompt }) => (prompt.includes('tram') ? 'failed' : 'done'),
	};
	const execution = await runExample('seedance-failed-items.json');
	expect(execution).toMatchObject({ status: 'success', error: undefined });
	expect(paidRequests(bench.sandbox)).toHaveLength(3);
	const made = execution.itemsOf('Save Video');
	expect(made).toHaveLength(2);
	for (const item of made)
		await expectStoredFile(bench, item, path.basename(textOf(item, 'fileName')));
	const failed = onlyOne(execution.itemsOf('List')).json;
	expect(failed).toEqual({
		Prompt: 'A tram turns a corner in the rain',
		'What happened': expect.stringContaining(String(failed['Task ID'])),
		'Task ID': expect.stringMatching(/\w+/),
		Gateway: 'gptunnel',
	});
	const [head, line = '', ...others] = (
		await readFile(textOf(onlyOne(execution.itemsOf('Save List')), 'fileName'), 'utf8')
	)
		.trim()
		.split('\n');
	expect(head?.replace('\uFEFF', '')).toBe('Prompt,What happened,Task ID,Gateway');
	expect(line).toContain(String(failed['Task ID']));
	expect(line.startsWith('A tram turns a corner in the rain,')).toBe(true);
	expect(others).toEqual([]);
});

test('nothing else was asked of the internet', () => {
	expect(externalProxy.unanswered.filter((asked) => !/n8n\.io/.test(asked))).toEqual([]);
});
