import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ToolError } from './processes.mjs';

export interface KeySearch {
	/** Keys that were used, in whatever credential. */
	keys: readonly string[];
	/** All that n8n has of every execution. */
	executions: ReadonlyArray<{ id: string; stored: string }>;
	/** Folders that are read whole: n8n's own with its log, and those where its nodes write. */
	folders: readonly string[];
	/** A text that is known to be in the files: without it the search has looked in the wrong place. */
	control: string;
}

/** Where a key is found. */
export interface KeySearchResult {
	executions: number;
	files: number;
	/** Ids of executions and paths of files that hold a key. */
	found: string[];
}

/**
 * Looks for keys in all that an n8n keeps and writes, as they are and in base64 and hex.
 * n8n's own copy of them, the credential, is encrypted.
 * @throws ToolError when the control is nowhere
 */
export async function searchForKeys({ keys, executions, folders, control }: KeySearch): Promise<KeySearchResult> {
	const forms = keys.flatMap((key) => [key, Buffer.from(key).toString('base64').replace(/=+$/, ''), Buffer.from(key).toString('hex')]);
	const holdsKey = (content: Buffer | string) => forms.some((form) => content.includes(form));
	const found = executions.filter(({ stored }) => holdsKey(stored)).map(({ id }) => `execution ${id}`);
	const files = (await Promise.all(folders.map(filesBelow))).flat();
	let controls = 0;
	for (const file of files) {
		const content = await readFile(file);
		if (content.includes(control)) controls += 1;
		if (holdsKey(content)) found.push(file);
	}
	if (controls === 0) throw new ToolError(`The search for keys did not find "${control}" anywhere, so it has looked in the wrong place.`);
	return { executions: executions.length, files: files.length, found };
}

async function filesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { withFileTypes: true, recursive: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
