import { readFile } from 'node:fs/promises';
import { run, ToolError } from './processes.mjs';

/** Whether apt-get may install here: root on Debian, Ubuntu or one of their kin. */
export async function canInstall(): Promise<boolean> {
	const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
	return process.getuid?.() === 0 && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}

/**
 * Installs packages of Debian's.
 * @param advice what else the user can do, for the message
 * @throws ToolError with apt-get's last words
 */
export async function installPackages(packages: readonly string[], advice: string): Promise<void> {
	console.log(`Installing ${packages.join(', ')} with apt-get (once, about a minute) …`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const steps = [['update'], ['install', '--yes', '--no-install-recommends', ...packages]];
	for (const args of steps) {
		const { code, tail } = await run('apt-get', ['--quiet', ...args], {
			cwd: '/',
			env,
			doing: 'apt-get is at work',
		});
		if (code !== 0)
			throw new ToolError(
				`${packages.join(', ')} could not be installed. apt-get said last:\n${tail.last(8)}\n${advice}`,
			);
	}
}
