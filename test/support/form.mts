/** What n8n's editor makes of a node's form. Runs in jest only. */
import {
	NodeHelpers,
	Workflow,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { nodeTypesOf } from './n8nHost.mjs';
import { createNode } from './packageClasses.mjs';

/** What the form shows for these choices, in its order. */
export function propertiesShown(
	description: INodeTypeDescription,
	choices: INodeParameters,
): INodeProperties[] {
	const values =
		NodeHelpers.getNodeParameters(
			description.properties,
			choices,
			true,
			false,
			{ typeVersion: 1 },
			description,
		) ?? {};
	return description.properties.filter(
		(property) =>
			property.type !== 'hidden' &&
			NodeHelpers.displayParameter(values, property, { typeVersion: 1 }, description),
	);
}

/** The values of the operations that the form offers with a gateway, in its order. */
export function operationsShown(description: INodeTypeDescription, gateway: string): unknown[] {
	const { options = [] } = description.properties.find(({ name }) => name === 'operation') ?? {};
	return options.flatMap((option) =>
		'value' in option &&
		NodeHelpers.displayParameter({ gateway }, option, { typeVersion: 1 }, description)
			? [option.value]
			: [],
	);
}

/**
 * An expression of a node's description, as the editor works it out for the node on the canvas.
 * @param node a built node by name
 * @param parameters the form as filled in so far; the rest gets the node's defaults
 * @throws Error when there is no such expression
 */
export function shownByExpression(
	node: string,
	parameters: INodeParameters,
	expression: string | undefined,
): unknown {
	if (expression === undefined) throw new Error(`${node} has no such expression`);
	const { workflow, shown } = placed(node, parameters);
	return workflow.expression.getSimpleParameterValue(shown, expression, 'internal', {});
}

/**
 * How n8n describes the node to an agent whose tool it is, when it makes the description by itself.
 * @param node a built node by name
 */
export function toolDescription(node: string, parameters: INodeParameters): string {
	return NodeHelpers.getToolDescriptionForNode(
		placed(node, { ...parameters, descriptionType: 'auto' }).shown,
		createNode(node),
	);
}

/** A workflow of the node alone; the node with its defaults, as n8n completes it. */
function placed(node: string, parameters: INodeParameters): { workflow: Workflow; shown: INode } {
	const nodeType = createNode(node);
	const type = `n8n-nodes-seedream.${nodeType.description.name}`;
	const shown: INode = {
		id: 'shown',
		name: 'Shown',
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters,
	};
	const workflow = new Workflow({
		id: 'form',
		active: false,
		nodes: [shown],
		connections: {},
		nodeTypes: nodeTypesOf({ [type]: nodeType }),
	});
	return { workflow, shown: workflow.nodes.Shown ?? shown };
}
