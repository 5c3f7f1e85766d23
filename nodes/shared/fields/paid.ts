import type { NodeHint } from 'n8n-workflow';

/**
 * Says beside the output that the step costs money each time: building a workflow means running its steps again
 * and again.
 * @param operations the values of those that cost money
 */
export const paidHint = (operations: readonly string[]): NodeHint => ({
	type: 'info',
	location: 'outputPane',
	displayCondition: `={{ ${JSON.stringify(operations)}.includes($parameter["operation"]) }}`,
	message: 'Each run of this step orders anew and is paid for. While you build the steps after it, pin it on the canvas (right-click → Pin), or execute those steps alone and change nothing before them: then nothing is ordered again.',
});
