/** What n8n's editor makes of a node's form. Runs in jest only. */
import { NodeHelpers, Workflow, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import { nodeTypesOf } from './n8nHost.mjs';
import { createNode } from './packageClasses.mjs';

/** The values of the operations that the form offers with a gateway, in its order. */
export function operationsShown(description: INodeTypeDescription, gateway: string): unknown[] {
	const { options = [] } = description.properties.find(({ name }) => name === 'operation') ?? {};
	return options.flatMap((option) =>
		'value' in option && NodeHelpers.displayParameter({ gateway }, option, { typeVersion: 1 }, description) ? [option.value] : [],
	);
}

/**
 * An expression of a node's description, as the editor works it out for the node on the canvas.
 * @param node a built node by name
 * @param parameters the form as filled in so far; the rest gets the node's defaults
 * @throws Error when there is no such expression
 */
export function shownByExpression(node: string, parameters: INodeParameters, expression: string | undefined): unknown {
	if (expression === undefined) throw new Error(`${node} has no such expression`);
	const nodeType = createNode(node);
	const type = `n8n-nodes-seedream.${nodeType.description.name}`;
	const shown: INode = { id: 'shown', name: 'Shown', type, typeVersion: 1, position: [0, 0], parameters };
	const workflow = new Workflow({ id: 'form', active: false, nodes: [shown], connections: {}, nodeTypes: nodeTypesOf({ [type]: nodeType }) });
	return workflow.expression.getSimpleParameterValue(workflow.nodes.Shown ?? shown, expression, 'internal', {});
}
