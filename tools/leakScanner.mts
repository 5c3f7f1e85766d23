import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { normalizeApiKey } from '../nodes/shared/credentials/normalize.js';
import { ToolError } from './processes.mjs';

export interface LeakScan {
	/** The keys that were used, in any credential, as they were pasted. */
	keys: readonly string[];
	/** All that n8n has stored of every execution. */
	executions: ReadonlyArray<{ id: string; stored: string }>;
	/** Folders that are read whole: n8n's own with its log, and those where its nodes write. */
	folders: readonly string[];
	/** A text that is known to be in the files: without it, the scan has read the wrong place. */
	control: string;
}

/** The places that hold a key, and how much was scanned. */
export interface LeakScanResult {
	executions: number;
	files: number;
	/** IDs of executions and paths of files that hold a key. */
	found: string[];
}

/** The shortest part of a key that is searched for, in characters. */
const SHORTEST_PIECE = 8;

/** The forms in which a key may be written: as it was pasted, as it is sent, and escaped. */
function formsOf(pasted: string): string[] {
	return [pasted, ...sentFrom(pasted)].flatMap((key) => {
		const percent = encodeURIComponent(key);
		const inJson = JSON.stringify(key).slice(1, -1);
		const codes = [...key]
			.map((char) =>
				/[a-z\d]/i.test(char) ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
			)
			.join('');
		const base64 = [key, `Bearer ${key}`].map((text) =>
			Buffer.from(text).toString('base64').replace(/=+$/, ''),
		);
		return [
			...[key, percent, lowerHex(percent), inJson, inJson.replaceAll('/', '\\/'), codes],
			...base64,
			...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
			Buffer.from(key).toString('hex'),
		];
	});
}

/** What is sent of a pasted key; one that is refused is never sent. */
function sentFrom(pasted: string): string[] {
	try {
		return [normalizeApiKey(pasted)];
	} catch {
		return [];
	}
}

const lowerHex = (percent: string) => percent.replace(/%../g, (code) => code.toLowerCase());

/** In base64 "Bearer " is no piece of a key, and a word that a key begins with may be anywhere: some letters beyond them are. */
const NO_PIECE = /^(QmVhcmVyI|[a-z]+[^a-z\d])/i;

/** The least that is left of a form of a key that was cut off. */
const pieceOf = (form: string) =>
	form.slice(0, Math.max(SHORTEST_PIECE, (NO_PIECE.exec(form)?.[0].length ?? 0) + 2));

/**
 * Scans all that an n8n stores and writes for keys: as they were pasted, as they are sent, percent-encoded, as JSON
 * writes them, in base64 and hex, each also where it is cut off. n8n's own copy of them, the credential, is encrypted.
 * @throws ToolError if the control is nowhere
 */
export async function scanForLeaks({
	keys,
	executions,
	folders,
	control,
}: LeakScan): Promise<LeakScanResult> {
	const pieces = [...new Set(keys.flatMap(formsOf).map(pieceOf))];
	const holdsKey = (content: Buffer | string) => pieces.some((piece) => content.includes(piece));
	const found = executions
		.filter(({ stored }) => holdsKey(stored))
		.map(({ id }) => `execution ${id}`);
	const files = (await Promise.all(folders.map(filesBelow))).flat();
	let controls = 0;
	for (const file of files) {
		const content = await unlessGone(readFile(file));
		if (content === undefined) continue;
		if (content.includes(control)) controls += 1;
		if (holdsKey(content)) found.push(file);
	}
	if (controls === 0)
		throw new ToolError(
			`The search for keys did not find "${control}" anywhere, so it has looked in the wrong place.`,
		);
	return { executions: executions.length, files: files.length, found };
}

async function filesBelow(folder: string): Promise<string[]> {
	const entries = (await unlessGone(readdir(folder, { withFileTypes: true }))) ?? [];
	const files = entries.map(async (entry) => {
		const file = path.join(folder, entry.name);
		if (entry.isDirectory()) return await filesBelow(file);
		return entry.isFile() ? [file] : [];
	});
	return (await Promise.all(files)).flat();
}

/** An n8n at work moves and deletes its files. */
async function unlessGone<Content>(reading: Promise<Content>): Promise<Content | undefined> {
	try {
		return await reading;
	} catch (error) {
		if (isGone(error)) return undefined;
		throw error;
	}
}

const isGone = (error: unknown) =>
	typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
