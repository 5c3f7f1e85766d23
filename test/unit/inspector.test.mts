/** What a process holds, as the soak and the benchmark read it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { heldBy, inspectOption } from '../../tools/inspector.mjs';
import { freePort } from '../../tools/ports.mjs';

const MEGABYTE = 1_000_000;

const started: ChildProcess[] = [];
afterAll(() => started.forEach((child) => child.kill()));

/** Starts a process that does this, and resolves when it has done it. */
async function start(script: string, port: number): Promise<number> {
	const child = spawn(process.execPath, ['-e', `${script}; console.log('ready')`], {
		env: { ...process.env, NODE_OPTIONS: inspectOption(port) },
	});
	started.push(child);
	await new Promise((resolve) => child.stdout.once('data', resolve));
	return child.pid ?? 0;
}

test('tells heap and open handles, of one process after another at one port', async () => {
	const port = await freePort();
	const small = await start('setInterval(() => undefined, 1e6)', port);
	const large = await start(
		'globalThis.kept = Array.from({ length: 50 }, () => new Array(125_000).fill(1.5)); for (let n = 0; n < 20; n++) setInterval(() => undefined, 1e6)',
		port,
	);
	const [one, other, again] = [
		await heldBy(small, port),
		await heldBy(large, port),
		await heldBy(small, port),
	];
	expect(other.heap - one.heap).toBeGreaterThan(49 * MEGABYTE);
	expect(other.resources - one.resources).toBe(19);
	expect(again.resources).toBe(one.resources);
});
