#!/usr/bin/env bash
# nock 14.0.17 (with @mswjs/interceptors 0.41.9): a response of a real server that is read more slowly than it comes is
# cut off, though nothing at all is mocked.
#
# Who streams a large answer into a store waits for the store between two parts. With nock loaded, and connections kept
# alive (the default of http.get since Node 19), the response of 8 MB then ends before its last bytes.
# Seen: for await over the response throws ECONNRESET, "aborted"; without nock, the same reader gets all 8,000,000 bytes.
# Exit code 0 while that is so, 1 when it changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nock@14.0.17 @mswjs/interceptors@0.41.9
cat >seen.cjs <<'JS'
if (process.argv[2] === 'nock') require('nock');
const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');

const body = Buffer.alloc(8_000_000, 'a');
const server = http.createServer((request, response) => {
	response.setHeader('Content-Length', body.length);
	response.end(body);
});
server.listen(0, '127.0.0.1', () => {
	http.get({ host: '127.0.0.1', port: server.address().port }, async (response) => {
		let bytes = 0;
		try {
			for await (const part of response) {
				bytes += part.length;
				await delay(20);
			}
			console.log(`${process.argv[2]}: read ${bytes} bytes`);
		} catch (error) {
			console.log(`${process.argv[2]}: ${error.code} ${error.message}, ${bytes < body.length ? 'before the end' : 'at the end'}`);
		}
		server.closeAllConnections();
		server.close();
	});
});
JS
node seen.cjs alone | tee seen.txt
node seen.cjs nock | tee -a seen.txt
grep -qx 'alone: read 8000000 bytes' seen.txt
grep -qx 'nock: ECONNRESET aborted, before the end' seen.txt
