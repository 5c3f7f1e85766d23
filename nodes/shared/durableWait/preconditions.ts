import { WAIT_INDEFINITELY, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { STILL_RUNNING, WHILE_WAITING } from '../generation/labels';
import { invalidInput } from '../errors/failure';
import { destinationOf, isWiredToItself } from './wiring';

/** Not the choice of Pause Execution itself is invalid but something around it, which the message names. */
export const invalidSetup = (message: string) =>
	invalidInput(WHILE_WAITING, message, 'Then run the whole workflow again.');

/**
 * Rejects a node whose output is connected to its own input although it does not pause: its results would be its next
 * input, and be charged endlessly. The connection is left over from Pause Execution.
 * @throws GenerationError of kind `invalidInput` before anything is sent
 */
export function assertNoSelfLoop(context: IExecuteFunctions): void {
	if (isWiredToItself(context)) {
		throw invalidSetup(
			`the node’s output is wired straight back into it, which only “Pause Execution” needs: what it makes would be ordered from again, without end. Remove that wire, or choose Pause Execution`,
		);
	}
}

/**
 * With "Always Output Data" n8n creates an empty item and, if the first output is connected to the node's own
 * input, passes it on to that as fast as it can, whatever the node returns. Only suspending the execution for good
 * ends this; the output tells what is wrong.
 */
export async function breakSelfLoop(context: IExecuteFunctions): Promise<void> {
	if (context.getNode().alwaysOutputData === true && isWiredToItself(context))
		await context.putExecutionToWait(WAIT_INDEFINITELY);
}

/** Whether n8n 2.41 takes an item for a failure; 1.123 does not know `details`. */
function isTakenForFailure({ json, error }: INodeExecutionData): boolean {
	return (
		Boolean(error) ||
		(Boolean(json.error) &&
			Object.keys(json).every((field) => ['error', 'message', 'details'].includes(field)))
	);
}

/**
 * Rejects a node that could not continue after a pause.
 * @throws GenerationError of kind `invalidInput`, before anything is sent
 */
export function assertCanSuspend(context: IExecuteFunctions): void {
	const { name, type } = context.getNode();
	const instead = 'choose Keep Running';
	if (type.endsWith('Tool')) throw invalidSetup(`a tool of an agent cannot pause: ${instead}`);
	if (context.getParentCallbackManager?.()) {
		throw invalidSetup(
			`a workflow that an agent calls as a tool cannot pause, as the agent would go on without it: ${instead}`,
		);
	}
	if (context.getNode().alwaysOutputData === true) {
		throw invalidSetup(
			`the node’s setting “Always Output Data” would lead an empty item back into it, without end: switch it off, or ${instead}`,
		);
	}
	// n8n takes these items for failures when it passes the input on, and the others would move into their places.
	if (
		context.getNode().onError === 'continueErrorOutput' &&
		context.getInputData().some(isTakenForFailure)
	) {
		throw invalidSetup(
			`an input item has the field “error” and no other, so that n8n would take it for a failure and send it to the error output when it goes on: rename the field, or ${instead}`,
		);
	}
	if (destinationOf(context) === name) {
		throw invalidSetup(
			`a single step ends before its task does: run the whole workflow, or ${instead}`,
		);
	}
	if (!isWiredToItself(context)) {
		throw invalidSetup(
			`the output “${STILL_RUNNING}” has to be wired straight back into this node, which then looks again: wire it, or ${instead}`,
		);
	}
}
