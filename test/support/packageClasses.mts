/** Finds the node and credential classes that the package ships. Runs in jest only. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { ICredentialType, INodeType } from 'n8n-workflow';

import { assertFreshBuild } from './freshBuild.mjs';

const root = join(__dirname, '..', '..');
let isFresh = false;

/** Where the build puts what ships. Throws where that is not of the sources as they are now. */
function builtFolder(): string {
	if (!isFresh) assertFreshBuild(root);
	isFresh = true;
	return join(root, 'dist');
}

export type NodeClass = new () => INodeType;
export type CredentialClass = new () => ICredentialType;

/**
 * A new node of the class given, or of the built class so named: `Seedream` is the export `Seedream`
 * of `dist/nodes/Seedream/Seedream.node.js`.
 */
export function createNode(node: string | NodeClass, folder?: string): INodeType {
	if (typeof node !== 'string') return new node();
	const file = join(folder ?? builtFolder(), 'nodes', node, `${node}.node.js`);
	const [created] = instancesIn(file).filter(isNodeType);
	if (!created) throw new Error(`No node class in ${file}`);
	return created;
}

/** New credential types, by name: of the classes given, or all that are in `dist/credentials`. */
export function createCredentialTypes(
	classes?: CredentialClass[],
	folder?: string,
): Map<string, ICredentialType> {
	const types = classes
		? classes.map((type) => new type())
		: builtCredentialTypes(folder ?? builtFolder());
	return new Map(types.map((type) => [type.name, type]));
}

function builtCredentialTypes(folder: string): ICredentialType[] {
	return readdirSync(join(folder, 'credentials'))
		.filter((name) => name.endsWith('.credentials.js'))
		.flatMap((name) => instancesIn(join(folder, 'credentials', name)))
		.filter(isCredentialType);
}

function instancesIn(file: string): unknown[] {
	const exported: unknown = require(file);
	return Object.values(isObject(exported) ? exported : {})
		.filter(isClass)
		.map((type) => new type());
}

function isClass(value: unknown): value is new () => unknown {
	return typeof value === 'function';
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

function isNodeType(value: unknown): value is INodeType {
	return isObject(value) && 'description' in value && isObject(value.description);
}

function isCredentialType(value: unknown): value is ICredentialType {
	return (
		isObject(value) && 'name' in value && 'properties' in value && Array.isArray(value.properties)
	);
}
