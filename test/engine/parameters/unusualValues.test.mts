import type { INodeParameters } from 'n8n-workflow';
import nock from '../../support/nock.mjs';
import { credentialTest } from '../../support/credentialTest.mjs';
import { runNode, type EngineRun, type InputItem, type RunOptions } from '../../support/engine.mjs';
import { itSince2 } from '../../support/engineVersions.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';

const prompt = 'A red fox in fresh snow';
const PUBLIC = 'https://pictures.test';
const GATEWAY = 'https://gateway.test';
const REFUSED = 'not today';

const { sandbox, credentials, sentToGateways } = useSandbox();
let red: Buffer;
let blue: Buffer;
beforeAll(async () => {
	[red, blue] = [await picture(400, 400, 'png', '#c22'), await picture(400, 400, 'png', '#22c')];
});
beforeEach(() => {
	nock.disableNetConnect();
	nock.enableNetConnect('127.0.0.1');
});
afterEach(() => nock.cleanAll());

const dataUri = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;
const png = (bytes: Buffer) => ({ bytes, mimeType: 'image/png', fileName: 'fox.png' });
const item = (binary: Record<string, Buffer>): InputItem => ({
	json: {},
	binary: Object.fromEntries(Object.entries(binary).map(([field, bytes]) => [field, png(bytes)])),
});
const twoFiles = () => [item({ data: red, 'two words': blue })];

/** Orders at a gateway that refuses whatever it is sent: here only that counts. */
async function order(
	node: 'Seedream' | 'Seedance' | 'GptImage',
	parameters: INodeParameters,
	options: Partial<RunOptions> = {},
) {
	sandbox().behaviour.submitFaults = [
		{
			status: 400,
			body: { error: { code: 'InvalidParameter', message: REFUSED }, message: REFUSED },
		},
	];
	return await runNode({
		node,
		parameters: { prompt, ...parameters },
		credentials: credentials(),
		...options,
	});
}
const draw = async (image: INodeParameters, options: Partial<RunOptions> = {}) =>
	await order('Seedream', { gateway: 'myRouter', images: { image: [image] } }, options);

/** That an order was sent, with these images. */
function expectSent(run: EngineRun, images: Buffer[]) {
	expect(run.error?.message).toContain(REFUSED);
	expect(sentToGateways().map(({ body }) => body)).toEqual([
		expect.objectContaining({ images: images.map(dataUri) }),
	]);
}

describe('a file by expression in place of the name of its field', () => {
	it.each([
		['an object', '={{ $binary.data }}', [0]],
		['an object of another field', '={{ $binary["two words"] }}', [1]],
		['an object of another node', '={{ $("Feeder").item.binary["two words"] }}', [1]],
		['a list', '={{ [$binary.data, $binary["two words"]] }}', [0, 1]],
		['a list of names and objects', '={{ [$binary["two words"], "data"] }}', [1, 0]],
		['all of the item', '={{ $binary }}', [0, 1]],
	])('%s', async (_what, binaryPropertyName, expected) => {
		const run = await draw({ source: 'binary', binaryPropertyName }, { items: twoFiles() });
		expectSent(
			run,
			expected.map((index) => (index === 0 ? red : blue)),
		);
	});

	it.each(['={{ $binary.data }}', '={{ $binary }}'])(
		'%s: where n8n keeps it inside the item',
		async (binaryPropertyName) => {
			expectSent(
				await draw(
					{ source: 'binary', binaryPropertyName },
					{ items: [item({ data: blue })], inputFiles: 'inline' },
				),
				[blue],
			);
		},
	);

	it('one that cannot be told from another is refused', async () => {
		const run = await draw(
			{ source: 'binary', binaryPropertyName: '={{ $binary.data }}' },
			{ items: [item({ data: blue, other: red })], inputFiles: 'inline' },
		);
		expect(run.error?.message).toContain('a file without its data');
		expect(sentToGateways()).toEqual([]);
	});

	it.each([
		'={{ $binary.photo }}',
		'={{ [] }}',
		'={{ {} }}',
		'={{ { mimeType: 3 } }}',
		'={{ [7, {}] }}',
	])('%s is refused, and no other file taken', async (binaryPropertyName) => {
		const run = await draw({ source: 'binary', binaryPropertyName }, { items: twoFiles() });
		expect(run.error).toBeDefined();
		expect(sentToGateways()).toEqual([]);
	});

	it('Seedance takes it as a first frame', async () => {
		await order(
			'Seedance',
			{
				gateway: 'modelArk',
				operation: 'createTask',
				images: { image: [{ source: 'binary', binaryPropertyName: '={{ $binary.data }}' }] },
			},
			{ items: twoFiles() },
		);
		expect(sentToGateways()[0]?.body).toMatchObject({
			content: [{ type: 'text' }, { type: 'image_url', image_url: { url: dataUri(red) } }],
		});
	});

	it.each([
		['={{ $binary["two words"] }}', REFUSED, 1],
		['={{ $binary }}', '2 images are named, there is one mask', 0],
	])('GPT Image takes %s as a mask', async (binaryPropertyName, message, requests) => {
		const images = { image: [{ source: 'binary', binaryPropertyName: '={{ $binary.data }}' }] };
		const mask = { image: { source: 'binary', binaryPropertyName } };
		const run = await order(
			'GptImage',
			{ gateway: 'agentsFlare', images, options: { mask } },
			{ items: twoFiles() },
		);
		expect(run.error?.message).toContain(message);
		expect(sentToGateways()).toHaveLength(requests);
	});
});

describe('Retry with another file orders anew, and with the same one does not', () => {
	const combined = itSince2('it has no setting of that name');

	/** Buys a picture whose file is gone, then retries the execution with another parameter. */
	async function retriedWith(
		names: readonly [string, string],
		binaryMode: 'separate' | 'combined',
	) {
		const parametersWith = (binaryPropertyName: string) => ({
			gateway: 'myRouter',
			prompt,
			images: { image: [{ source: 'binary', binaryPropertyName }] },
		});
		const answer = { status: 200, body: { images: [`${sandbox().filesUrl}/gone.png`] } };
		sandbox().behaviour.submitFaults = [answer, answer];
		const failed = await runNode({
			node: 'Seedream',
			parameters: parametersWith(names[0]),
			credentials: credentials(),
			binaryMode,
			items: [item({ data: red, other: blue })],
		});
		expect(failed.status).toBe('error');
		await failed.retry({ parameters: parametersWith(names[1]) });
		return sentToGateways().length;
	}

	it('by name', async () => expect(await retriedWith(['data', 'other'], 'separate')).toBe(2));
	it('by expression', async () =>
		expect(await retriedWith(['={{ $binary.data }}', '={{ $binary.other }}'], 'separate')).toBe(2));
	it('the same by another way', async () =>
		expect(await retriedWith(['data', '={{ $binary.data }}'], 'separate')).toBe(1));
	combined('by the path in the JSON', async () =>
		expect(await retriedWith(['_files.data', '_files.other'], 'combined')).toBe(2),
	);
	combined('by expression, in the JSON', async () =>
		expect(
			await retriedWith(['={{ $json._files.data }}', '={{ $json._files.other }}'], 'combined'),
		).toBe(2),
	);
	combined('the same by another way, in the JSON', async () =>
		expect(await retriedWith(['_files.data', '={{ $json._files.data }}'], 'combined')).toBe(1),
	);
});

describe('links', () => {
	const links = [`${PUBLIC}/1.png`, `${PUBLIC}/a,b/2.png?x=1,2`];
	beforeEach(() => {
		nock(PUBLIC)
			.get('/1.png')
			.times(4)
			.reply(200, red)
			.get('/a,b/2.png?x=1,2')
			.times(4)
			.reply(200, blue)
			.get('/my%20fox.png')
			.times(4)
			.reply(200, red);
	});

	it.each([
		['a comma', links.join(',')],
		['a comma and a blank', links.join(', ')],
		['lines', `\n${links.join('\r\n')}\n`],
		['blanks', links.join('  ')],
		['a semicolon', links.join('; ')],
		['a list by expression', `={{ ${JSON.stringify(links)} }}`],
		['a comma at the end', `${links.join(',\n')},\n`],
		['bars', links.join(' | ')],
		['an ideographic comma', links.join('、')],
		['full-width punctuation', `${links.join('；')}，`],
	])('several of one field, by %s', async (_name, url) => {
		expectSent(await draw({ source: 'url', url }), [red, blue]);
	});

	it.each([
		[links[1] ?? '', () => blue],
		[`${PUBLIC}/my fox.png`, () => red],
	])('%s is one', async (url, bytes) => {
		expectSent(await draw({ source: 'url', url }), [bytes()]);
	});

	it('a data URI stays whole among links', async () => {
		const wrapped = dataUri(blue).replace(/.{76}/g, '$&\n');
		expectSent(await draw({ source: 'url', url: `${links[0]},${wrapped}` }), [red, blue]);
	});

	it('several data URIs of one field, as a list', async () => {
		expectSent(
			await draw({
				source: 'base64',
				base64: `={{ ${JSON.stringify([dataUri(red), dataUri(blue)])} }}`,
			}),
			[red, blue],
		);
	});

	it.each([
		'',
		' , ',
		'={{ [] }}',
		'={{ [{ url: "https://pictures.test/1.png" }] }}',
		'https://pictures.test/1.png\nfox',
	])('%j is refused', async (url) => {
		const run = await draw({ source: 'url', url });
		expect(run.error).toBeDefined();
		expect(sentToGateways()).toEqual([]);
	});

	it('reference videos may be a list, too', async () => {
		const videos = ['https://videos.test/1.mp4', 'https://videos.test/a,b.mp4'];
		const run = await order('Seedance', {
			gateway: 'modelArk',
			operation: 'createTask',
			options: { referenceVideos: `={{ ${JSON.stringify(videos)} }}` },
		});
		expect(run.error?.message).toContain(REFUSED);
		expect(JSON.stringify(sentToGateways()[0]?.body)).toContain(JSON.stringify(videos[1]));
	});

	it.each<['Seedream' | 'Seedance' | 'GptImage', INodeParameters, string]>([
		[
			'Seedance',
			{
				gateway: 'gptunnel',
				images: { image: [{ source: 'url', url: 'http://localhost:5678/fox.png' }] },
			},
			'localhost:5678',
		],
		[
			'GptImage',
			{
				gateway: 'gptunnel',
				images: { image: [{ source: 'url', url: `${PUBLIC}/1.png, https://192.168.1.5/fox.png` }] },
			},
			'192.168.1.5',
		],
		[
			'Seedream',
			{
				gateway: 'myRouter',
				images: { image: [{ source: 'url', url: 'http://n8n:5678/fox.png' }] },
				options: { handLinksOn: true },
			},
			'n8n:5678',
		],
		[
			'Seedance',
			{ gateway: 'modelArk', options: { referenceVideos: 'http://10.0.0.7/fox.mp4' } },
			'10.0.0.7',
		],
		[
			'Seedance',
			{
				gateway: 'modelArk',
				options: { referenceVideos: `${PUBLIC}/a.mp4`, referenceAudio: 'http://[::1]/fox.mp3' },
			},
			'[::1]',
		],
	])('%s: %j is not handed on to a public gateway', async (node, parameters, host) => {
		const credentials = {
			[`${String(parameters.gateway)}Api`]: { apiKey: 'sk-0123456789', baseUrl: GATEWAY },
		};
		const asked = nock(GATEWAY).post(/.*/).reply(200, {});
		const run = await runNode({ node, parameters: { prompt, ...parameters }, credentials });
		expect(run.error?.message).toContain(`${host} is in a private network`);
		expect(asked.isDone()).toBe(false);
	});

	it('a gateway in a private network gets private links', async () => {
		const run = await order('Seedance', {
			gateway: 'gptunnel',
			images: { image: [{ source: 'url', url: `${sandbox().filesUrl}/fox.png` }] },
		});
		expect(run.error?.message).toContain(REFUSED);
	});
});

describe('a number that is left empty', () => {
	const NOTHING = ['', '={{ null }}', '={{ false }}', '={{ [] }}'];

	it.each(NOTHING)('%j is none, or the default', async (nothing) => {
		const options = { seed: nothing, frames: nothing, executionExpiresAfter: nothing };
		await order('Seedance', {
			gateway: 'modelArk',
			model: { mode: 'id', value: 'seedance-1-0-pro-250528' },
			duration: nothing,
			options,
		});
		await order('Seedance', {
			gateway: 'modelArk',
			options: {
				priority: nothing,
				timeout: nothing,
				pollInterval: nothing,
				maxConcurrency: nothing,
			},
		});
		await order('Seedream', {
			gateway: 'myRouter',
			resolution: 'custom',
			width: nothing,
			height: nothing,
			options: { maxImages: nothing },
		});
		await order('GptImage', {
			gateway: 'agentsFlare',
			options: { maxImages: nothing, outputCompression: nothing, outputFormat: 'jpeg' },
		});
		const [old, video, picture, edited] = sentToGateways().map(({ body }) => body);
		expect(old).toMatchObject({ duration: 5 });
		for (const field of ['seed', 'frames', 'execution_expires_after'])
			expect(old).not.toHaveProperty(field);
		expect(video).not.toHaveProperty('priority');
		expect(picture).toMatchObject({ size: '2048x2048', sequential_image_generation: 'disabled' });
		expect(edited).toMatchObject({ output_format: 'jpeg' });
		for (const field of ['n', 'output_compression']) expect(edited).not.toHaveProperty(field);
	});

	it('an empty limit of a list is the default', async () => {
		expect(
			(await order('Seedance', { gateway: 'modelArk', operation: 'list', limit: '' })).error,
		).toBeUndefined();
	});

	it.each(['={{ true }}', '={{ [7] }}', '={{ ({}) }}', 'many', '={{ Infinity }}'])(
		'%j is refused',
		async (odd) => {
			for (const parameters of [
				{ duration: odd },
				{ options: { executionExpiresAfter: odd } },
				{ options: { timeout: odd } },
			]) {
				expect(
					(await order('Seedance', { gateway: 'modelArk', ...parameters })).error?.message,
				).toContain('is not a number');
			}
			expect(sentToGateways()).toEqual([]);
		},
	);
});

describe('a choice that is nothing', () => {
	it.each(['', '  ', '={{ null }}', '={{ [] }}'])('%j is none, or the default', async (nothing) => {
		await order('Seedance', {
			gateway: 'modelArk',
			resolution: nothing,
			options: {
				watermark: nothing,
				generateAudio: nothing,
				outputFormat: nothing,
				serviceTier: nothing,
			},
		});
		await order('Seedream', {
			gateway: 'agentsFlare',
			resolution: nothing,
			options: { responseFormat: nothing, stream: nothing, watermark: nothing },
		});
		await order('GptImage', {
			gateway: 'agentsFlare',
			resolution: nothing,
			options: {
				quality: nothing,
				background: nothing,
				moderation: nothing,
				outputFormat: nothing,
			},
		});
		const [video, picture, edited] = sentToGateways().map(({ body }) => body);
		expect(video).toMatchObject({ resolution: '720p', watermark: false });
		for (const field of ['generate_audio', 'output_format', 'service_tier'])
			expect(video).not.toHaveProperty(field);
		expect(picture).toMatchObject({
			size: '2K',
			response_format: 'url',
			stream: true,
			watermark: false,
		});
		expect(edited).toEqual({ model: expect.any(String), prompt });
	});

	it.each([
		['TRUE', true],
		['false ', false],
	])('%j of a table is %p', async (word, watermark) => {
		await order('Seedance', { gateway: 'modelArk', options: { watermark: word } });
		expect(sentToGateways()[0]?.body).toMatchObject({ watermark });
	});

	it.each(['yes', '={{ 1 }}', '={{ ({}) }}'])('%j is no choice', async (odd) => {
		expect(
			(await order('Seedance', { gateway: 'modelArk', options: { watermark: odd } })).error
				?.message,
		).toContain('Watermark: has to be true or false');
		expect(sentToGateways()).toEqual([]);
	});

	it.each(['', '={{ null }}'])(
		'%j is no operation, and nothing is ordered by it',
		async (operation) => {
			expect(
				(await order('Seedance', { gateway: 'modelArk', operation })).error?.message,
			).toContain('Operation');
			expect(sentToGateways()).toEqual([]);
		},
	);

	it.each([
		['={{ "  " }}', 'of-link.png'],
		['={{ " fox " }}', 'fox.png'],
	])('the file name %j', async (fileName, name) => {
		nock(PUBLIC).get('/of-link.png').reply(200, red);
		sandbox().behaviour.submitFaults = [
			{ status: 200, body: { images: [`${PUBLIC}/of-link.png`] } },
		];
		const options = { fileName, putOutputInField: '={{ " " }}' };
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt, options },
			credentials: credentials(),
		});
		expect(run.items[0]?.[0]?.binary).toMatchObject({ data: { fileName: name } });
	});

	it.each([
		[{ returnAll: 'yes' }, 'Return All: has to be true or false'],
		[{ limit: 'many' }, 'Limit: is not a number'],
		[{ filters: { status: 'done' } }, 'Filters: done is not offered'],
	])('a list with %j names the field', async (parameters, message) => {
		expect(
			(await order('Seedance', { gateway: 'modelArk', operation: 'list', ...parameters })).error
				?.message,
		).toContain(message);
		expect(sentToGateways()).toEqual([]);
	});

	it('a list takes empty filters, and task IDs as a list', async () => {
		const filters = {
			status: '={{ null }}',
			serviceTier: '={{ null }}',
			taskIds: '={{ ["cgt-1", "cgt-2; cgt-3"] }}',
		};
		expect(
			(await order('Seedance', { gateway: 'modelArk', operation: 'list', returnAll: '', filters }))
				.error,
		).toBeUndefined();
		// Of several of one name the sandbox keeps the last.
		expect(sentToGateways()[0]?.query).toMatchObject({ 'filter.task_ids': 'cgt-3' });
	});
});

it.each(['base64', 'url'] as const)(
	'base64 that a table has cut off is refused, as %s',
	async (source) => {
		const whole = dataUri(red);
		const half = whole.slice(0, whole.length - (whole.length % 4) - 100);
		const run = await draw({ source, [source]: half });
		expect(run.error?.message).toContain('its base64 ends before the picture does');
		expect(sentToGateways()).toEqual([]);
	},
);

describe('an ID that would lead to another path of the API', () => {
	it.each(['.', '..', ' .. '])('the model %j is refused', async (value) => {
		for (const node of ['Seedream', 'Seedance'] as const) {
			const run = await order(node, { gateway: 'myRouter', model: { mode: 'id', value } });
			expect(run.error?.message).toContain('Model');
		}
		expect(sandbox().requests).toEqual([]);
	});

	it.each(['getResult', 'waitUntilDone', 'cancel'])(
		'the task ID .. is refused by %s',
		async (operation) => {
			const run = await order('Seedance', { gateway: 'modelArk', operation, taskId: '..' });
			expect(run.error?.message).toContain('Task ID');
			expect(sandbox().requests).toEqual([]);
		},
	);

	it('a task that a gateway calls .. is not asked for', async () => {
		sandbox().behaviour.submitFaults = [{ status: 200, body: { id: '..' } }];
		const run = await runNode({
			node: 'Seedance',
			parameters: { gateway: 'modelArk', prompt },
			credentials: credentials(),
		});
		expect(run.error?.message).toContain('not understood');
		expect(sandbox().requests).toHaveLength(1);
	});
});

it.each([
	['Seedance', 'draw', 'modelArk'],
	['Seedance', '', 'gptunnel'],
	['Seedream', 'createTask', 'myRouter'],
	['GptImage', 'upscale', 'gptunnel'],
] as const)('%s: the operation %j names Operation', async (node, operation, gateway) => {
	const run = await order(node, { gateway, operation: `={{ "${operation}" }}` });
	expect(run.error?.message).toContain('Operation');
	expect(run.error?.message).not.toContain('Options');
	expect(sentToGateways()).toEqual([]);
});

describe('a base URL with a version in its own path', () => {
	const PROXY = 'https://gateway.ai.cloudflare.com';

	it.each([
		['gptunnel', '/v1/ACCOUNT/NAME/custom-x', '/v1/ACCOUNT/NAME/custom-x/v1/media/generate'],
		['myRouter', '/v3/team/router', '/v3/team/router/v3/seedream-4.0'],
		[
			'agentsFlare',
			'/v1/ACCOUNT/NAME/custom-x/byteplus/v3',
			'/v1/ACCOUNT/NAME/custom-x/byteplus/v3/images/generations',
		],
		['modelArk', '/api/plan/v3', '/api/plan/v3/images/generations'],
		[
			'modelArk',
			'/v1/ACCOUNT/NAME/custom-ark',
			'/v1/ACCOUNT/NAME/custom-ark/api/v3/images/generations',
		],
	])('%s: %s', async (gateway, path, endpoint) => {
		const asked = nock(PROXY).post(endpoint).reply(401, { error: 'no' });
		await runNode({
			node: 'Seedream',
			parameters: { gateway, prompt },
			credentials: { [`${gateway}Api`]: { apiKey: 'sk-0123456789', baseUrl: PROXY + path } },
		});
		expect(asked.isDone()).toBe(true);
	});

	itSince2('the test of a credential goes there, too')(
		'the test of a credential goes there, too',
		async () => {
			nock(PROXY).get('/v1/ACCOUNT/NAME/custom-x/v1/balance').reply(200, { balance: 5 });
			expect(
				await credentialTest('gptunnelApi', {
					apiKey: 'sk-0123456789',
					baseUrl: `${PROXY}/v1/ACCOUNT/NAME/custom-x`,
				}),
			).toMatchObject({ status: 'OK' });
			nock(PROXY)
				.get('/api/plan/v3/contents/generations/tasks')
				.query(true)
				.reply(200, { total: 0, items: [] });
			expect(
				await credentialTest('modelArkApi', {
					apiKey: 'sk-0123456789',
					baseUrl: `${PROXY}/api/plan/v3`,
				}),
			).toMatchObject({ status: 'OK' });
		},
	);
});

it.each(['gptunnel', 'myRouter', 'agentsFlare', 'modelArk'] as const)(
	'%s: a link without its scheme is a link',
	async (gateway) => {
		const link = 'cdn.files.test/made/fox.png';
		const answers = {
			gptunnel: { id: 'a', status: 'done', result: link, code: 0, model: 'seedream-4', price: 1 },
			myRouter: { images: [link] },
			agentsFlare: { data: [{ url: link }] },
			modelArk: { data: [{ url: `//${link}` }] },
		};
		sandbox().behaviour.submitFaults = [{ status: 200, body: answers[gateway] }];
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway, prompt, options: { download: false } },
			credentials: credentials(),
		});
		expect(run.error).toBeUndefined();
		expect(run.items[0]?.map(({ json }) => json.url)).toEqual([`https://${link}`]);
	},
);

it.each([
	[1, 4],
	[5, 8],
])(
	'of an order of %d that brings 30 files, %d are downloaded, and of the others there are the links',
	async (maxImages, downloads) => {
		const links = Array.from({ length: 30 }, (_none, index) => `${PUBLIC}/${index}.png`);
		nock(PUBLIC).get(/.*/).times(30).reply(200, red);
		sandbox().behaviour.submitFaults = [{ status: 200, body: { images: links } }];
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'myRouter', prompt, options: { maxImages } },
			credentials: credentials(),
		});
		expect(run.items[0]?.map(({ json }) => json.url)).toEqual(links);
		expect(run.items[0]?.map(({ binary }) => binary !== undefined)).toEqual(
			links.map((_link, index) => index < downloads),
		);
	},
);
