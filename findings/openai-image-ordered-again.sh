#!/usr/bin/env bash
# openai 6.49.0: an image whose answer breaks off is ordered again by itself, up to three times in all, with nothing by
# which the gateway could know that it is the same order.
#
# Seen: with the client's defaults, POST /images/generations is sent three times when the connection ends without an
# answer; none of the requests has an idempotency key. Each may have been accepted and charged.
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

const keys = [];
const server = createServer((request) => {
	request.resume().on('end', () => {
		keys.push(Object.keys(request.headers).filter((name) => name.includes('idempotency')).length);
		// The order was read whole; its answer never comes.
		request.socket.destroy();
	});
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new OpenAI({ apiKey: 'local', baseURL: `http://127.0.0.1:${server.address().port}` });
try {
	await client.images.generate({ model: 'gpt-image-2', prompt: 'A fox' });
} catch (error) {
	console.log(`${error.constructor.name} after ${keys.length} orders, ${keys.reduce((sum, count) => sum + count, 0)} idempotency keys`);
}
server.close();
JS
node seen.mjs | tee seen.txt
grep -qx 'APIConnectionError after 3 orders, 0 idempotency keys' seen.txt
