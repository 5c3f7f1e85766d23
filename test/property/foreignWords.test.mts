import fc from 'fast-check';
import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { nodeError } from '../../nodes/shared/output/nodeError.js';
import { GenerationError } from '../../nodes/shared/errors/failure.js';
import type { FailureKind } from '../../nodes/shared/errors/policy.js';

const node: INode = {
	id: '1',
	name: 'Tested',
	type: 'tested',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
// What makes the error of a node asks the context for nothing else.
const context = { getNode: () => node } as IExecuteFunctions;

/** What n8n-core's `processSuccessExecution` takes for a Stop. */
const isStop = ({ name, message }: Error) =>
	message.includes('canceled') || name.includes('Cancelled');

/** Any text, many with the word, also in pieces that another replacement might join. */
const words = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'canceled',
				'cancelled',
				'cancel',
				'ed',
				'l',
				'Canceled',
				'ExecutionCancelledError',
			),
			fc.string({ unit: 'binary' }),
		),
	)
	.map((parts) => parts.join(''));
const kinds = fc.constantFrom<FailureKind>(
	'gatewayFailed',
	'taskFailed',
	'invalidInput',
	'answerLost',
	'fileGone',
	'notCancelled',
	'modelUnknown',
);
const httpStatus = fc.option(fc.constantFrom(400, 500), { nil: undefined });

it('no words from outside make a failure a Stop', () => {
	fc.assert(
		fc.property(words, words, words, kinds, httpStatus, (message, taskId, model, kind, status) => {
			const failure = {
				kind,
				message,
				taskId,
				model,
				detail: message,
				parameter: model,
				...(status === undefined ? {} : { httpStatus: status }),
			};
			const error = nodeError(context, { itemIndex: 0, error: new GenerationError(failure) });
			expect(isStop(error)).toBe(false);
			expect(error.description).toContain(`Task ID: ${taskId}`);
		}),
	);
});

it('no words of n8n itself, or of what fails unforeseen', () => {
	fc.assert(
		fc.property(words, (message) =>
			expect(isStop(nodeError(context, { itemIndex: 0, error: new Error(message) }))).toBe(false),
		),
	);
});

it('a Stop is one', () => {
	expect(
		isStop(
			nodeError(context, {
				itemIndex: 0,
				error: new GenerationError({ kind: 'cancelled', message: '' }),
			}),
		),
	).toBe(true);
});
