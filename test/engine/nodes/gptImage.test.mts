/** GPT Image in OpenAI's own dialect, at MyRouter and AgentsFlare: on n8n's engine, against the sandbox. */
import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { useSandbox } from '../../support/fixtures.mjs';
import { picture } from '../../support/pictures.mjs';
import { summaryOf } from '../../support/wording.mjs';

const GATEWAYS = ['myRouter', 'agentsFlare'];
const DEFAULT = 'gpt-image-2';

const { sandbox, credentials, charged } = useSandbox();

async function run(
	gateway: string,
	parameters: INodeParameters = {},
	options: Partial<RunOptions> = {},
) {
	return await runNode({
		node: 'GptImage',
		parameters: { gateway, prompt: 'A red fox', ...parameters },
		credentials: credentials(),
		...options,
	});
}

describe.each(GATEWAYS)('%s', (gateway) => {
	it('what was asked for is what is sent, and each picture is an item', async () => {
		const { items, error } = await run(gateway, {
			aspectRatio: '3:2',
			options: { maxImages: 2, quality: 'low' },
		});
		expect(error).toBeUndefined();
		expect(charged().map(({ path, body }) => ({ path, body }))).toEqual([
			{
				path: '/v1/images/generations',
				body: { model: DEFAULT, prompt: 'A red fox', n: 2, size: '1536x1024', quality: 'low' },
			},
		]);
		expect(
			items[0]?.map(({ json }) => [json.index, json.count, json.width, json.height, json.status]),
		).toEqual([
			[0, 2, 1536, 1024, 'succeeded'],
			[1, 2, 1536, 1024, 'succeeded'],
		]);
		expect(items[0]?.[0]?.json.usage).toMatchObject({ total_tokens: expect.any(Number) });
	});

	it('images to work from go along as files, each with its type, byte for byte', async () => {
		const [bytes, other] = [await picture(640, 360), await picture(300, 300)];
		const link = sandbox().addFile('other.png', other, 'image/png');
		const { items, error } = await run(
			gateway,
			{
				images: {
					image: [
						{ source: 'binary', binaryPropertyName: 'data' },
						{ source: 'url', url: link },
					],
				},
			},
			{
				items: [
					{ json: {}, binary: { data: { bytes, mimeType: 'image/png', fileName: 'fox.png' } } },
				],
			},
		);
		expect(error).toBeUndefined();
		const [order] = charged();
		expect(order?.path).toBe('/v1/images/edits');
		const sent = (file: Buffer) => ({
			name: 'image.png',
			type: 'image/png',
			bytes: file.length,
			sha256: createHash('sha256').update(file).digest('hex'),
		});
		expect(order?.body).toEqual({
			model: DEFAULT,
			prompt: 'A red fox',
			'image[]': [sent(bytes), sent(other)],
		});
		expect(items[0]?.[0]?.json).toMatchObject({ gateway, status: 'succeeded', isDone: true });
	});

	it('a single image goes by the name on MyRouter’s page', async () => {
		const link = sandbox().addFile('fox.png', await picture(640, 360), 'image/png');
		const { error } = await run(gateway, { images: { image: [{ source: 'url', url: link }] } });
		expect(error).toBeUndefined();
		expect(charged()[0]?.body).toMatchObject({ image: { name: 'image.png', type: 'image/png' } });
	});

	it('has no tasks: says so, and sends nothing', async () => {
		const { error } = await run(gateway, { operation: 'createTask' });
		expect(error?.message).toContain('Operation');
		expect(error?.message).toContain('choose Generate');
		expect(charged()).toHaveLength(0);
	});

	it('more images than are made of one prompt', async () => {
		const { error } = await run(gateway, { options: { maxImages: 11 } });
		expect(error?.message).toContain(
			'Max Images: 11 is not possible, GPT Image 2 makes 1 to 10 of one prompt',
		);
		expect(charged()).toHaveLength(0);
	});

	it('a wrong key', async () => {
		const wrong = await run(
			gateway,
			{},
			{ credentials: { [`${gateway}Api`]: { apiKey: 'wrong', baseUrl: sandbox().apiUrl } } },
		);
		expect(wrong.error?.message).toContain(summaryOf('keyNotAccepted'));
		expect(charged()).toHaveLength(0);
	});
});

describe('AgentsFlare alone', () => {
	it('takes a background and a format', async () => {
		const { items, error } = await run('agentsFlare', {
			options: { background: 'transparent', outputFormat: 'webp' },
		});
		expect(error).toBeUndefined();
		expect(charged()[0]?.body).toEqual({
			model: DEFAULT,
			prompt: 'A red fox',
			background: 'transparent',
			output_format: 'webp',
		});
		expect(items[0]?.[0]?.json.mimeType).toBe('image/webp');
	});

	it('a JPEG cannot be transparent', async () => {
		const { error } = await run('agentsFlare', {
			options: { background: 'transparent', outputFormat: 'jpeg' },
		});
		expect(error?.message).toContain('Background: a JPEG cannot be transparent');
		expect(charged()).toHaveLength(0);
	});
});

it('what a gateway does not have is left alone', async () => {
	const { error } = await run('myRouter', {
		options: { background: 'transparent', outputFormat: 'webp' },
	});
	expect(error).toBeUndefined();
	expect(charged()[0]?.body).toEqual({ model: DEFAULT, prompt: 'A red fox' });
});
