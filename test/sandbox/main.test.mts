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

	test('makes tasks take as long as --task-seconds says', async () => {
		const { child, seen } = run('--port', '0', '--files-port', '0', '--task-seconds', '0');
		try {
			expect(await seen(/Ctrl-C/)).toContain('takes 0 s');
			const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(await seen(/Ctrl-C/)) ?? [];
			const headers = { Authorization: 'sandbox-gptunnel-key' };
			const order = { model: 'gpt-image-1-low', prompt: 'A cat' };
			const { data } = await axios.post<{ id: string }>(`${url}/v1/media/create`, order, {
				headers,
			});
			const ask = async () =>
				await axios.get(`${url}/v1/media/result`, { headers, params: { task_id: data.id } });
			while ((await ask()).data.status !== 'done') continue;
			// With the default it would have been idle for a second and a half.
			expect(await seen(/task 0 is done/)).not.toContain('idle');
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
			const endless = run('--task-seconds', 'long');
			const ends = [taken, senseless, endless].map(async ({ child }) => await once(child, 'close'));
			expect(await Promise.all(ends)).toEqual(Array(3).fill([1, null]));
			expect(taken.printed()).toMatch(/^Port \d+ on 127\.0\.0\.1 is taken[^\n]*\n$/);
			expect(senseless.printed()).toMatch(/^--port must be a port[^\n]*\n$/);
			expect(endless.printed()).toMatch(/^--task-seconds must be a number[^\n]*\n$/);
		} finally {
			await other.close();
		}
	});
});
