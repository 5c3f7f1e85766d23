/** Every message that a failure can become, by its kind, with what may be known of it besides. */
import type { Failure } from '../../nodes/shared/errors/failure.js';
import { FAILURE_KINDS } from '../../nodes/shared/errors/policy.js';
import { describeFailure } from '../../nodes/shared/errors/messages.js';

/** What may be known besides, under the label that the snapshots give it. */
const KNOWN: Array<[label: string, known: Partial<Failure>]> = [
	['{}', {}],
	['{"says":""}', { message: '' }],
	['{"hint":"a hint"}', { detail: 'a hint' }],
	['{"httpStatus":400,"code":"Code"}', { httpStatus: 400, code: 'Code' }],
	['{"parameter":"Resolution"}', { parameter: 'Resolution' }],
	['{"model":"a-model"}', { model: 'a-model' }],
	['{"next":"Do this."}', { advice: 'Do this.' }],
	['{"link":"https://files.test/fox.png"}', { url: 'https://files.test/fox.png' }],
	['{"taskId":"task-1","collectable":"paid"}', { taskId: 'task-1', recoverable: 'confirmed' }],
	['{"taskId":"task-1","collectable":"perhaps"}', { taskId: 'task-1', recoverable: 'unconfirmed' }],
	['{"isPart":true}', { isPart: true }],
	['{"wasSentBefore":true}', { wasSentBefore: true }],
];

it.each(FAILURE_KINDS)('%s', (kind) => {
	const told = KNOWN.map(([label, known]) => {
		const { message, description } = describeFailure(
			{ kind, message: 'the words', ...known },
			{ gateway: 'Gateway', itemIndex: 2 },
		);
		return [label, message, description];
	});
	expect(told).toMatchSnapshot();
});
