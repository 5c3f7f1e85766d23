#!/usr/bin/env bash
# @ai-sdk/bytedance 1.0.29: a set of images of which one fails loses those that were made, and paid for.
#
# BytePlus answers a set with an entry for each image, a link or an error, and HTTP 200 (docs of the image API, `data`).
# Seen: the call throws "Invalid JSON response", which it is not; no image comes back, and nothing says that one was made.
# Its link is only in the raw body that the error carries (`responseBody`, and its cause).
# Exit code 0 while that is so, 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @ai-sdk/bytedance@1.0.29
cat >seen.mjs <<'JS'
import { createServer } from 'node:http';
import { createByteDance } from '@ai-sdk/bytedance';

const server = createServer((request, response) => {
	request.resume().on('end', () => {
		const { port } = server.address();
		response.setHeader('Content-Type', 'application/json');
		if (request.method === 'GET') return response.end('picture');
		response.end(JSON.stringify({
			model: 'seedream-4-5-251128',
			created: 1780000000,
			data: [
				{ url: `http://127.0.0.1:${port}/first.jpeg`, size: '2048x2048' },
				{ error: { code: 'OutputImageSensitiveContentDetected', message: 'The second image was held back.' } },
			],
			usage: { generated_images: 1, output_tokens: 16384, total_tokens: 16384 },
		}));
	});
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const model = createByteDance({ apiKey: 'local', baseURL: `http://127.0.0.1:${server.address().port}` }).image('seedream-4-5-251128');
try {
	const { images } = await model.doGenerate({
		prompt: 'Two foxes, two pictures', n: 1, size: undefined, aspectRatio: undefined, seed: undefined, files: undefined, mask: undefined,
		providerOptions: { bytedance: { sequentialImageGeneration: 'auto', maxImages: 2 } },
	});
	console.log(`images: ${images.length}`);
} catch (error) {
	console.log(`threw: ${error.name}: ${error.message}`);
	const places = Object.keys(error).filter((name) => /first\.jpeg/.test(JSON.stringify(error[name] ?? null)));
	console.log(`the link is in: ${['message', ...places].filter((name) => name !== 'message' || /first\.jpeg/.test(error.message)).join(', ') || 'nothing'}`);
}
server.close();
JS
node seen.mjs | tee seen.txt
grep -qx 'threw: AI_APICallError: Invalid JSON response' seen.txt && grep -qx 'the link is in: cause, responseBody' seen.txt
