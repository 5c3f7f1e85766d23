import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import axios from 'axios';

import { startSandbox } from '../../sandbox/sandbox.mjs';

const PROJECT = join(__dirname, '..', '..');

interface Run {
	child: ChildProcess;
	/** all that was printed so far */
	printed: () => string;
	/** resolves with what was printed, as soon as it matches */
	seen: (pattern: RegExp) => Promise<string>;
}

function run(...args: string[]): Run {
	const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.mts', ...args], {
		cwd: PROJECT,
	});
	let text = '';
	const collect = (piece: Buffer) => {
		text += piece.toString();
		child.emit('printed');
	};
	child.stdout.on('data', collect);
	child.stderr.on('data', collect);
	return {
		child,
		printed: () => text,
		seen: async (pattern) => {
			while (!pattern.test(text)) await once(child, 'printed');
			return text;
		},
	};
}

describe('the sandbox as a command', () => {
	test('prints its base URL and keys, then a line per request, and ends on Ctrl-C', async () => {
		const { child, seen } = run('--port', '0', '--files-port', '0');
		try {
			const text = await seen(/Ctrl-C/);
			for (const key of ['gptunnel', 'myrouter', 'agentsflare']) {
				expect(text).toContain(`sandbox-${key}-key`);
			}
			const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
			await axios.post(
				`${url}/v1/media/generate`,
				{},
				{ headers: { Authorization: 'sandbox-gptunnel-key' } },
			);
			await seen(/gptunnel: POST \/v1\/media\/generate → 200 .*refused with code 3/);
			const ended = once(child, 'exit');
			child.kill('SIGINT');
			expect(await ended).toEqual([0, null]);
		} finally {
			child.kill('SIGKILL');
		}
	});

	test('ends with one clear sentence when a port is taken or makes no sense', async () => {
		const other = await startSandbox();
		const port = new URL(other.apiUrl).port;
		try {
			const taken = run('--port', port, '--files-port', '0');
			const senseless = run('--port', 'abc');
			expect(
				await Promise.all([once(taken.child, 'close'), once(senseless.child, 'close')]),
			).toEqual([
				[1, null],
				[1, null],
			]);
			expect(taken.printed()).toMatch(/^Port \d+ on 127\.0\.0\.1 is taken[^\n]*\n$/);
			expect(senseless.printed()).toMatch(/^--port must be a port[^\n]*\n$/);
		} finally {
			await other.close();
		}
	});
});
