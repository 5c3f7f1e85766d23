import { access } from 'node:fs/promises';
import { canInstall, installPackages } from './debian.mjs';
import { run, ToolError } from './processes.mjs';

/** Where Linux distributions and macOS put a Chromium. */
const BROWSERS = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const ADVICE =
	'Install Chromium or Chrome (on Debian: apt-get install chromium), or name its program in the variable CHROMIUM.';

/**
 * The path of a Chromium that runs. Where there is none, root on Debian or Ubuntu has it installed by apt-get.
 * Throws ToolError that says what to install when there is none in the end.
 */
export async function provideChromium(): Promise<string> {
	const { CHROMIUM } = process.env;
	if (CHROMIUM) {
		if (await works(CHROMIUM)) return CHROMIUM;
		throw new ToolError(`The variable CHROMIUM names ${CHROMIUM}, which does not run.`);
	}
	const found = await findChromium();
	if (found !== undefined) return found;
	if (!(await canInstall())) throw new ToolError(`No Chromium was found. ${ADVICE}`);
	await installPackages(['chromium'], ADVICE);
	const installed = await findChromium();
	// Ubuntu's package only leads to a snap, which a container cannot run.
	if (installed === undefined)
		throw new ToolError(`apt-get installed no Chromium that runs. ${ADVICE}`);
	return installed;
}

async function findChromium(): Promise<string | undefined> {
	for (const file of BROWSERS) {
		if (await works(file)) return file;
	}
	return undefined;
}

async function works(file: string): Promise<boolean> {
	const isThere = await access(file).then(
		() => true,
		() => false,
	);
	if (!isThere) return false;
	const { code } = await run(file, ['--version', '--no-sandbox'], {
		cwd: process.cwd(),
		doing: 'trying the browser',
	});
	return code === 0;
}
