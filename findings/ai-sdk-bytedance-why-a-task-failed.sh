#!/usr/bin/env bash
# @ai-sdk/bytedance 1.0.29: why a video task failed is not told, and a cancelled task is asked for until the time is over.
#
# BytePlus answers a failed task with `status: "failed"` and `error: { code, message }`, and has `cancelled` and `expired`
# besides (docs of the video API, query of a task).
# Seen: the error of a failed task has neither code nor message of the gateway; one that is cancelled ends with a timeout.
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

const ENDS = {
	failed: { status: 'failed', error: { code: 'OutputVideoSensitiveContentDetected', message: 'The video was held back.' } },
	cancelled: { status: 'cancelled' },
};
for (const [end, told] of Object.entries(ENDS)) {
	let looks = 0;
	const server = createServer((request, response) => {
		request.resume().on('end', () => {
			response.setHeader('Content-Type', 'application/json');
			if (request.method === 'POST') return response.end(JSON.stringify({ id: 'cgt-20261129-abcde' }));
			looks++;
			response.end(JSON.stringify({ id: 'cgt-20261129-abcde', model: 'dreamina-seedance-2-0-260128', ...told, created_at: 1780000000, updated_at: 1780000001 }));
		});
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const model = createByteDance({ apiKey: 'local', baseURL: `http://127.0.0.1:${server.address().port}` }).video('dreamina-seedance-2-0-260128');
	try {
		await model.doGenerate({
			prompt: 'A fox', n: 1, duration: 5, resolution: undefined, aspectRatio: undefined, fps: undefined, seed: undefined, image: undefined,
			providerOptions: { bytedance: { pollIntervalMs: 50, pollTimeoutMs: 1000 } },
		});
		console.log(`${end}: a video`);
	} catch (error) {
		const all = JSON.stringify({ message: error.message, ...error });
		console.log(`${end}: ${error.name}; the gateway's reason in it: ${/held back|SensitiveContent/.test(all)}; asked more than twice: ${looks > 2}`);
	}
	server.close();
}
JS
node seen.mjs | tee seen.txt
grep -q "^failed: .*reason in it: false; asked more than twice: false" seen.txt
grep -q "^cancelled: .*TIMEOUT.*; asked more than twice: true" seen.txt
