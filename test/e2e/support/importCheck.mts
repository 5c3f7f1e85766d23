import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { z } from 'zod';

const description = z.custom<INodeTypeDescription>(
	(value) =>
		z
			.object({
				name: z.string(),
				version: z.union([z.number(), z.array(z.number())]),
				properties: z.array(z.unknown()),
			})
			.safeParse(value).success,
);
const node = z.custom<INode>(
	(value) =>
		z
			.object({
				name: z.string(),
				type: z.string(),
				typeVersion: z.number(),
				parameters: z.record(z.unknown()),
			})
			.safeParse(value).success,
);
const workflow = z.object({
	nodes: z.array(node),
	connections: z.record(z.record(z.array(z.array(z.object({ node: z.string() })).nullable()))),
});

/**
 * What a user would find wanting after the import of a workflow: nodes, or versions of them, that n8n does not know,
 * parameters that are missing or that the form does not have, credentials that are not asked for, loose ends.
 * @param nodeTypes the descriptions of all nodes, as n8n gives them to its editor
 */
export function complaintsAbout(imported: unknown, nodeTypes: readonly unknown[]): string[] {
	const known = nodeTypes.map((type) => description.parse(type));
	const { nodes, connections } = workflow.parse(imported);
	const names = nodes.map(({ name }) => name);
	return [
		...names
			.filter((name, index) => names.indexOf(name) !== index)
			.map((name) => `two nodes are called ${name}`),
		...nodes.flatMap((each) =>
			complaintsAboutNode(each, known).map((complaint) => `${each.name}: ${complaint}`),
		),
		...Object.entries(connections).flatMap(([from, outputs]) => {
			const to = Object.values(outputs)
				.flat(2)
				.map((end) => end?.node ?? '');
			return [from, ...to]
				.filter((end) => !names.includes(end))
				.map((end) => `a connection of ${from} leads to "${end}"`);
		}),
	];
}

function complaintsAboutNode(each: INode, known: readonly INodeTypeDescription[]): string[] {
	const type = known.find(
		({ name, version }) => name === each.type && [version].flat().includes(each.typeVersion),
	);
	if (type === undefined) return [`n8n knows no ${each.type} ${each.typeVersion}`];
	const issues = NodeHelpers.getNodeParametersIssues(type.properties, each, type);
	// The form as n8n fills it in: what is not in it, n8n drops.
	const form =
		NodeHelpers.getNodeParameters(type.properties, each.parameters, true, false, each, type) ?? {};
	const asked = (type.credentials ?? []).filter((credential) =>
		NodeHelpers.displayParameter({ ...form }, credential, each, type),
	);
	const given = Object.keys(each.credentials ?? {});
	return [
		...Object.values(issues?.parameters ?? {}).flat(),
		...lost(each.parameters, form).map((path) => `the form has no ${path}`),
		...given
			.filter((name) => !asked.some((credential) => credential.name === name))
			.map((name) => `does not ask for ${name}`),
		...asked
			.filter(({ name, required }) => required && !given.includes(name))
			.map(({ name }) => `asks for ${name}`),
	];
}

/** The paths of what is in `given` and not, as it is there, in `kept`. */
function lost(given: INodeParameters | unknown, kept: unknown, path = ''): string[] {
	if (typeof given !== 'object' || given === null) return given === kept ? [] : [path];
	const there =
		typeof kept === 'object' && kept !== null
			? new Map(Object.entries(kept))
			: new Map<string, unknown>();
	return Object.entries(given).flatMap(([name, value]) =>
		lost(value, there.get(name), path === '' ? name : `${path}.${name}`),
	);
}
