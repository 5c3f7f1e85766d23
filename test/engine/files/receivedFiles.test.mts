/**
 * Files that come as base64 inside a response are stored while it arrives: whole, under the same names as ever, and only
 * if the response turns out to hold them.
 */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { createReceivedFiles } from '../../../nodes/shared/files/receivedFiles.js';
import { takeLongStrings } from '../../../nodes/shared/media/longJsonStrings.js';
import { runNode, type EngineRun } from '../../support/engine.mjs';
import { useServer } from '../../support/fixtures.mjs';
import { heavyPicture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

const MEGABYTE_BYTES = 1024 * 1024;
const UNREADABLE = 'what came is neither a link nor a picture';

/** Far longer than what stays in the text of a response, and with all digits of base64. */
const file = (async () => {
	const image = await heavyPicture(100_000);
	return Buffer.concat([image, createHash('sha512').update('a fox').digest()]);
})();

let answer: (response: ServerResponse) => void;
let charged = 0;
const url = useServer((request, response) => {
	request.resume().on('end', () => {
		charged += 1;
		answer(response);
	});
});
beforeEach(() => {
	charged = 0;
});

/** Sends a body in parts of so many bytes. */
function send(body: string, { partBytes = 10_007, contentType = 'application/json' } = {}): void {
	answer = (response) => {
		const bytes = Buffer.from(body);
		response.setHeader('content-type', contentType);
		for (let at = 0; at < bytes.length; at += partBytes)
			response.write(bytes.subarray(at, at + partBytes));
		response.end();
	};
}

async function run(
	gateway: string,
	node = 'Seedream',
	parameters: INodeParameters = {},
): Promise<EngineRun> {
	return await runNode({
		node,
		parameters: { gateway, prompt: 'A red fox', ...parameters },
		credentials: { [`${gateway}Api`]: { apiKey: 'sk-of-a-test-0123456789', baseUrl: url() } },
	});
}

/** Where each gateway puts base64. The text is that of the JSON, with its escapes. */
const PLACES: Array<[name: string, gateway: string, node: string, (text: string) => string]> = [
	[
		'GPTunnel',
		'gptunnel',
		'Seedream',
		(text) => `{"code":0,"id":"687fbd658a5526000178d729","status":"done","result":"${text}"}`,
	],
	[
		'AgentsFlare',
		'agentsFlare',
		'GptImage',
		(text) => `{"created":1796000000,"data":[{"b64_json":"${text}"}]}`,
	],
	[
		'MyRouter',
		'myRouter',
		'GptImage',
		(text) => `{"created":1796000000,"data":[{"b64_json":"${text}"}]}`,
	],
	[
		'BytePlus',
		'modelArk',
		'Seedream',
		(text) =>
			`{"model":"seedream-4-0-250828","created":1796000000,"data":[{"b64_json":"${text}","size":"2048x2048"}]}`,
	],
	[
		'a proxy around it',
		'modelArk',
		'Seedream',
		(text) => `{"code":0,"msg":"ok","data":{"data":[{"b64_json":"${text}"}]}}`,
	],
	[
		'comments before it',
		'agentsFlare',
		'GptImage',
		(text) => `: "PING\n\n{"data":[{"b64_json":"${text}"}]}`,
	],
];

const FORMS: Array<[name: string, write: (bytes: Buffer) => string]> = [
	['base64', (bytes) => bytes.toString('base64')],
	['a data URI', (bytes) => `data:image/png;base64,${bytes.toString('base64')}`],
	[
		'a data URI with escapes',
		(bytes) =>
			`data:image\\/png;base64,${bytes.toString('base64').replaceAll('/', '\\/').replaceAll('+', '\\u002B')}`,
	],
	[
		'a data URI as in a link',
		(bytes) =>
			`DATA:image/png;charset=x;base64,${bytes.toString('base64').replaceAll('+', '%2B').replaceAll('=', '%3D')}`,
	],
	['the alphabet of links, without padding', (bytes) => bytes.toString('base64url')],
	['lines', (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\\r\\n')],
	['white space around it', (bytes) => `\\n ${bytes.toString('base64')} \\t`],
];

describe.each(PLACES)('%s', (_name, gateway, node, write) => {
	it.each(FORMS)('%s is the file', async (_form, encode) => {
		// Each leaves another number of digits.
		for (const cut of [0, 1, 2]) {
			const bytes = (await file).subarray(0, (await file).length - cut);
			send(write(encode(bytes)));
			const { items, error, binary, storedName } = await run(gateway, node);
			expect(error).toBeUndefined();
			expect(items[0]).toHaveLength(1);
			const [item] = items[0] ?? [];
			expect((await binary(item)).equals(bytes)).toBe(true);
			expect(item?.json).toMatchObject({
				fileName: expect.stringMatching(/-[0-9a-f]{8}\.png$/),
				fileSize: bytes.length,
				mimeType: 'image/png',
				width: expect.any(Number),
			});
			expect(await storedName(item)).toBe(item?.json.fileName);
			expect(item?.binary?.data).toMatchObject({
				fileName: item?.json.fileName,
				fileExtension: 'png',
				mimeType: 'image/png',
			});
		}
		expect(charged).toBe(3);
	});
});

it.each([1, 7, 100, 16 * 1024, MEGABYTE_BYTES])(
	'in parts of %i bytes it is the same',
	async (partBytes) => {
		const escaped = (await file).toString('base64').replaceAll('/', '\\u002f');
		send(`{"data":[{"b64_json":"${escaped}"}]}`, { partBytes });
		const { items, binary } = await run('modelArk');
		expect((await binary(items[0]?.[0])).equals(await file)).toBe(true);
	},
);

it.each([
	['gzip', gzipSync],
	['br', brotliCompressSync],
	['deflate', deflateSync],
] as const)('%s: what was compressed on the way is the same', async (encoding, compress) => {
	const body = compress(`{"data":[{"b64_json":"${(await file).toString('base64')}"}]}`);
	answer = (response) => {
		response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
		response.end(body);
	};
	const { items, error, binary } = await run('modelArk');
	expect(error).toBeUndefined();
	expect((await binary(items[0]?.[0])).equals(await file)).toBe(true);
});

describe('a stream', () => {
	const event = (index: number, data: string) =>
		`event: image_generation.partial_succeeded\ndata: {"type":"image_generation.partial_succeeded","image_index":${index},"b64_json":"${data}"}\n\n`;
	const parameters = { options: { maxImages: 3, responseFormat: 'base64' } };

	it('brings its files one by one', async () => {
		const files = await Promise.all([40_000, 50_000, 60_000].map(heavyPicture));
		const events = files.map((bytes, index) => event(index, bytes.toString('base64')));
		send(`: it's "alive\n\n${events.join('')}data: [DONE]\n\n`, {
			contentType: 'text/event-stream',
		});
		const { items, error, binary } = await run('agentsFlare', 'Seedream', parameters);
		expect(error).toBeUndefined();
		const arrived = await Promise.all((items[0] ?? []).map(async (item) => await binary(item)));
		expect(arrived.map((bytes, index) => files[index]?.equals(bytes))).toEqual([true, true, true]);
		expect(charged).toBe(1);
	});

	it('that breaks off within a file brings those before it', async () => {
		const [first, second] = await Promise.all([40_000, 50_000].map(heavyPicture));
		const events = [first, second].map((bytes, index) =>
			event(index, bytes?.toString('base64') ?? ''),
		);
		answer = (response) => {
			response.setHeader('content-type', 'text/event-stream');
			response.write(events.join('').slice(0, -20_000), () => response.destroy());
		};
		const { items, error, binary } = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'agentsFlare', prompt: 'A red fox', ...parameters },
			credentials: { agentsFlareApi: { apiKey: 'sk-of-a-test-0123456789', baseUrl: url() } },
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect(items[0]?.map(({ json }) => json.status ?? 'error')).toEqual([
			'succeeded',
			'error',
			'error',
		]);
		expect((await binary(items[0]?.[0])).equals(first ?? Buffer.alloc(0))).toBe(true);
		expect(charged).toBe(1);
	});
});

describe('what is no file', () => {
	const asData = (text: string) => `{"data":[{"b64_json":"${text}"}]}`;

	it('a text that is cut off anywhere brings none, and is not sent again', async () => {
		const body = asData((await file).toString('base64'));
		for (let end = 1; end < body.length; end += Math.ceil(body.length / 25)) {
			charged = 0;
			answer = (response) => {
				response.writeHead(200, {
					'content-type': 'application/json',
					'content-length': body.length,
				});
				response.write(body.slice(0, end), () => response.destroy());
			};
			const { items, error } = await run('modelArk');
			expect(error?.message).toContain(summaryOf('answerLost'));
			expect(items.flat()).toEqual([]);
			expect(charged).toBe(1);
		}
	});

	it('the same where the server ends it as if it were whole', async () => {
		const body = asData((await file).toString('base64'));
		for (const end of [40_000, body.length - 100, body.length - 3]) {
			charged = 0;
			send(body.slice(0, end));
			const { items, error } = await run('modelArk');
			expect(error?.message).toContain(summaryOf('answerLost'));
			expect(items.flat()).toEqual([]);
			expect(charged).toBe(1);
		}
	});

	it.each([
		[
			'a foreign character after 20 MB',
			async () => `${(await heavyPicture(20 * MEGABYTE_BYTES)).toString('base64')}!`,
		],
		[
			'two texts in one',
			async () => `${(await file).toString('base64')}==${(await file).toString('base64')}`,
		],
		[
			'one digit too many',
			async () => {
				const digits = (await file).toString('base64').replace(/=+$/, '');
				return `${digits.slice(0, digits.length - (digits.length % 4))}A`;
			},
		],
		[
			'a line break that is none in JSON',
			async () => (await file).toString('base64').replace(/.{40000}/, '$&\n'),
		],
	])('%s', async (_name, write) => {
		send(asData(await write()));
		const { items, error } = await run('modelArk');
		expect(error?.message).toContain(summaryOf('answerLost'));
		expect(items.flat()).toEqual([]);
		expect(charged).toBe(1);
	});

	it('a refusal that repeats an input image is told as it is', async () => {
		const data = `data:image/png;base64,${(await file).toString('base64')}`;
		send(
			`{"error":{"code":"InvalidParameter","message":"The image is too small","param":"${data}"}}`,
		);
		const { items, error } = await run('modelArk');
		expect(error?.message).toContain('The image is too small');
		expect(items.flat()).toEqual([]);
	});

	it('a long message stays what it is', async () => {
		const words = 'The image of 5 pixels is too small. '.repeat(1000);
		send(`{"error":{"code":"InvalidParameter","message":"${words}"}}`);
		expect((await run('modelArk')).error?.message).toContain('The image of 5 pixels is too small.');
	});

	it('a text that begins as no picture is told as it was before', async () => {
		send(asData('It is processing. '.repeat(5000)));
		expect((await run('modelArk')).error?.message).toContain(UNREADABLE);
	});
});

describe('a file beyond the limit', () => {
	const LIMIT_BYTES = 50_000;

	/** Takes the files out of a text of its own. */
	class TakingFiles implements INodeType {
		static text: AsyncIterable<Uint8Array>;

		description: INodeTypeDescription = {
			displayName: 'Taking Files',
			name: 'takingFiles',
			group: ['input'],
			version: 1,
			description: 'Takes the files out of a text',
			defaults: { name: 'Taking Files' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		};

		async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			const received = createReceivedFiles(this, (extension) => `file.${extension}`, LIMIT_BYTES);
			const choose = received.chooseTaker(Readable.from([]));
			const parts: Uint8Array[] = [];
			for await (const part of takeLongStrings(TakingFiles.text, choose)) parts.push(part);
			return [[{ json: { rest: Buffer.concat(parts).toString() } }]];
		}
	}

	it('ends the reading: it may have no end', async () => {
		let sentBytes = 0;
		TakingFiles.text = (async function* () {
			yield Buffer.from(`{"data":"${(await file).toString('base64').slice(0, 60_000)}`);
			for (;;) {
				sentBytes += 1000;
				yield Buffer.from('A'.repeat(1000));
			}
		})();
		const { error } = await runNode({ node: TakingFiles, parameters: {} });
		expect(error?.message).toContain('the files in the answer are larger than');
		expect(sentBytes).toBeLessThan(4 * LIMIT_BYTES);
	});

	it('is none where it is just as large', async () => {
		const bytes = (await file).subarray(0, LIMIT_BYTES);
		TakingFiles.text = (async function* () {
			yield Buffer.from(`{"data":"${bytes.toString('base64')}"}`);
		})();
		const { items } = await runNode({ node: TakingFiles, parameters: {} });
		expect(items[0]?.[0]?.json.rest).toMatch(/^\{"data":"data:image\/png;base64,[^"]{100,200}"\}$/);
	});
});
