import { WAIT_INDEFINITELY, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { STILL_RUNNING, WHILE_WAITING } from '../generation/labels';
import { invalidInput } from '../errors/failure';
import { destinationOf, isWiredToItself } from './wiring';

/** What is wrong is not the choice itself but something around it, which the message names. */
export const invalidSetup = (message: string) =>
	invalidInput(WHILE_WAITING, message, 'Then run the whole workflow again.');

/**
 * Refuses a node whose output leads straight back into it though it does not pause: what it makes would be its next
 * input, and be paid for without end. Such a wire is left over from Pause Execution.
 * @throws MediaError of kind `invalidInput` before anything is sent
 */
export function assertNoSelfLoop(context: IExecuteFunctions): void {
	if (isWiredToItself(context)) {
		throw invalidSetup(
			`the node’s output is wired straight back into it, which only “Pause Execution” needs: what it makes would be ordered from again, without end. Remove that wire, or choose Pause Execution`,
		);
	}
}

/**
 * With "Always Output Data" n8n makes an item of nothing and, where the first output leads back into the node, hands it
 * on to that, as fast as it can and whatever the node gives. What has failed is then put aside for good, which alone
 * ends it; the output says what is wrong.
 */
export async function breakSelfLoop(context: IExecuteFunctions): Promise<void> {
	if (context.getNode().alwaysOutputData === true && isWiredToItself(context))
		await context.putExecutionToWait(WAIT_INDEFINITELY);
}

/** What n8n 2.41 takes for a failure; 1.123 has no `details` among them. */
function looksFailed({ json, error }: INodeExecutionData): boolean {
	return (
		Boolean(error) ||
		(Boolean(json.error) &&
			Object.keys(json).every((field) => ['error', 'message', 'details'].includes(field)))
	);
}

/**
 * Refuses a node that could not go on after a pause.
 * @throws MediaError of kind `invalidInput`, before anything is sent
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
	// n8n takes such items for failures when it hands the input on, and the others would move into their places.
	if (
		context.getNode().onError === 'continueErrorOutput' &&
		context.getInputData().some(looksFailed)
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
