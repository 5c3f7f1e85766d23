/** What the benchmark reads of a process and its children. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuSeconds, forgetPeak, peakMemory } from '../../bench/usage.mjs';

const MEGABYTES = 1e6;

/** Takes a command a line: fills so many megabytes for a moment, or computes until it has used so many milliseconds of the processor; says when it is done. */
const WORKER = `
	require('node:readline').createInterface(process.stdin).on('line', (line) => {
		const [what, amount] = line.split(' ');
		if (what === 'fill') Buffer.alloc(amount * 1e6, 1);
		// By its own processor time: a busy machine gives it less of any other.
		const begun = process.cpuUsage();
		const used = () => { const { user, system } = process.cpuUsage(begun); return (user + system) / 1000; };
		while (what === 'compute' && used() < Number(amount));
		console.log('done');
	});
	console.log('ready');`;

/** A process that only starts another one, which works. */
const PARENT = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(WORKER)}], { stdio: 'inherit' });`;

const isLinux = process.platform === 'linux';
if (!isLinux) console.log('Skipped: the benchmark reads /proc, which only Linux has');
const onLinux = isLinux ? test : test.skip;

onLinux('counts what a child of the process takes', async () => {
	const child = spawn(process.execPath, ['-e', PARENT], { stdio: ['pipe', 'pipe', 'inherit'] });
	try {
		await once(child.stdout, 'data');
		const pid = child.pid ?? NaN;
		const tell = async (command: string) => {
			child.stdin.write(`${command}\n`);
			await once(child.stdout, 'data');
		};

		forgetPeak(pid);
		const before = peakMemory(pid);
		await tell('fill 200');
		const filled = peakMemory(pid) - before;
		expect(filled).toBeGreaterThan(190 * MEGABYTES);
		expect(filled).toBeLessThan(250 * MEGABYTES);

		const computed = cpuSeconds(pid);
		await tell('compute 300');
		expect(cpuSeconds(pid) - computed).toBeGreaterThan(0.25);
	} finally {
		child.stdin.end();
		child.kill();
	}
});
