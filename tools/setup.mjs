// Runs on a machine that has nothing but Node and npm: no imports but Node's own.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const HEARTBEAT_MS = 15_000;
const LINES_SHOWN_OF_A_FAILURE = 8;

/** The checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Makes node_modules match package-lock.json, by `npm ci` when it does not.
 * Throws an Error whose message can be shown as it is.
 */
export async function setUp() {
	if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
		throw new Error(
			`Node ${OLDEST_NODE} or newer is needed; this is Node ${process.versions.node}.`,
		);
	}
	if (await isInstalled()) return;
	console.log('Installing the development dependencies with npm ci (once, about a minute) …');
	await npmCi();
}

/** Compares package-lock.json with the list that npm leaves in node_modules when an install is complete. */
async function isInstalled() {
	try {
		const wanted = JSON.parse(
			await readFile(path.join(root, 'package-lock.json'), 'utf8'),
		).packages;
		const present = JSON.parse(
			await readFile(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'),
		).packages;
		// What is optional may be for another kind of machine. The entry without a name is the project itself.
		return Object.entries(wanted).every(
			([name, { version, optional, devOptional }]) =>
				name === '' ||
				(present[name] ? present[name].version === version : optional || devOptional),
		);
	} catch {
		return false;
	}
}

function npmCi() {
	return new Promise((resolve, reject) => {
		const output = [];
		const started = Date.now();
		const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
			cwd: root,
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: process.platform === 'win32',
		});
		const heartbeat = setInterval(() => {
			console.log(`  … npm ci is at work, ${Math.round((Date.now() - started) / 1000)} s`);
		}, HEARTBEAT_MS);
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (text) => output.push(text));
		}
		const fail = (reason) => {
			const lines = output.join('').trim().split('\n').slice(-LINES_SHOWN_OF_A_FAILURE);
			reject(
				new Error([`npm ci did not finish (${reason}). What npm said last:`, ...lines].join('\n')),
			);
		};
		child.on('error', (error) => fail(error.message));
		child.on('close', (code, signal) => {
			clearInterval(heartbeat);
			if (code === 0) resolve();
			else fail(signal ?? `exit code ${code}`);
		});
	});
}
