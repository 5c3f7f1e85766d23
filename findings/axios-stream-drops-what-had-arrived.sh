#!/usr/bin/env bash
# axios 1.18.0, responseType "stream", on Node 20 and 24: when the connection breaks off while somebody is busy with an
# earlier part, "for await" over the response throws at once, and what had arrived by then is never handed on.
#
# A gateway streams images as events and breaks off during the second one. Whoever stores the first one meanwhile, and
# so reads more slowly than the network, loses its end although all of it had arrived. read() still has those bytes.
# Seen: of 200,000 bytes that had arrived, for await handed on fewer (195,456 on Node 20.20, 130,944 on Node 24.21);
# read() after the error had the others.
# Exit code 0 while that is so, 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund axios@1.18.0
cat >seen.cjs <<'JS'
const axios = require('axios');
const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

const ARRIVED = 200_000;
const server = http.createServer((request, response) => {
	response.setHeader('Content-Length', 5 * ARRIVED);
	response.write(Buffer.alloc(ARRIVED, 'a'), () => setTimeout(() => response.destroy(), 50));
});
server.listen(0, '127.0.0.1', async () => {
	const { data } = await axios.get(`http://127.0.0.1:${server.address().port}`, { responseType: 'stream', proxy: false });
	let handedOn = 0;
	let code;
	try {
		for await (const part of data) {
			handedOn += part.length;
			await delay(200);
		}
	} catch (error) {
		code = error.code;
	}
	let left = 0;
	for (let part = data.read(); part !== null; part = data.read()) left += part.length;
	console.log(`${code}: for await handed on ${handedOn < ARRIVED ? 'less than had arrived' : 'all'}, ${handedOn + left === ARRIVED && left > 0 ? 'read() had the rest' : 'read() had not the rest'}`);
	server.close();
});
JS
node seen.cjs | tee seen.txt
grep -qx 'ECONNRESET: for await handed on less than had arrived, read() had the rest' seen.txt
