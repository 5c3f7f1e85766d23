#!/usr/bin/env bash
# openai 6.49.0: an image that was asked for as a stream, and came as one JSON answer, is lost without an error.
#
# Gateways in OpenAI's dialect may pass over `stream` and answer as ever, with HTTP 200 and application/json.
# Seen: the iterator of client.images.generate({ …, stream: true }) ends at once, without an event and without an error;
# who waits for `image_generation.completed` has paid and gets nothing.
# Exit code 0 while that is so, 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund openai@6.49.0
cat >seen.mjs <<'JS'
import { createServer } from 'node:http';
import OpenAI from 'openai';

const server = createServer((request, response) => {
	request.resume().on('end', () => {
		response.setHeader('Content-Type', 'application/json');
		response.end(JSON.stringify({ created: 1780000000, data: [{ b64_json: 'aGVsbG8=' }] }));
	});
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new OpenAI({ apiKey: 'local', baseURL: `http://127.0.0.1:${server.address().port}` });
const events = [];
let told = 'no error';
try {
	for await (const event of await client.images.generate({ model: 'gpt-image-2', prompt: 'A fox', stream: true })) events.push(event);
} catch (error) {
	told = `${error.name}: ${error.message}`;
}
console.log(`events: ${events.length}; ${told}`);
server.close();
JS
node seen.mjs | tee seen.txt
grep -qx 'events: 0; no error' seen.txt
