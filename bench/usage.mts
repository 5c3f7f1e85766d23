import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the machine. */
const TICKS = 100;

/** The process and all that it has started. */
function processTree(pid: number): number[] {
	const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
		read(`/proc/${pid}/task/${thread}/children`)
			.split(' ')
			.filter((child) => child !== ''),
	);
	return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

/** Processor time that the process tree has used so far, that of children that have ended included. Seconds. */
export function cpuSeconds(pid: number): number {
	return sum(processTree(pid), (process) => {
		const stat = read(`/proc/${process}/stat`);
		// The name before it may hold anything, but ends with the last bracket.
		const [user, system, ofChildren, systemOfChildren] = stat
			.slice(stat.lastIndexOf(')') + 2)
			.split(' ')
			.slice(11, 15)
			.map(Number);
		return ((user ?? 0) + (system ?? 0) + (ofChildren ?? 0) + (systemOfChildren ?? 0)) / TICKS;
	});
}

/** Begins anew with the peak: the kernel itself keeps the highest resident memory of each process. */
export function forgetPeak(pid: number): void {
	for (const process of processTree(pid)) writeFileSync(`/proc/${process}/clear_refs`, '5');
}

/** The highest resident memory of each process of the tree since `forgetPeak`, added up, in bytes. */
export function peakMemory(pid: number): number {
	return sum(processTree(pid), (process) => memoryOf(process, 'VmHWM'));
}

/** The resident memory of the process tree as it is now, in bytes. */
export function currentMemory(pid: number): number {
	return sum(processTree(pid), (process) => memoryOf(process, 'VmRSS'));
}

function memoryOf(pid: number, figure: 'VmHWM' | 'VmRSS'): number {
	const status = read(`/proc/${pid}/status`);
	const kilobytes = new RegExp(`^${figure}:\\s*(\\d+) kB`, 'm').exec(status)?.[1];
	return Number(kilobytes ?? 0) * 1024;
}

/** Empty for a thread or a process that has ended in the meantime. */
function read(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}

function sum(processes: readonly number[], of: (pid: number) => number): number {
	return processes.reduce((total, pid) => total + of(pid), 0);
}
