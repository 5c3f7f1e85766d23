/** Every message that a failure can become, by its kind, with what may be known of it besides. */
import { FAILURE_KINDS, type Failure } from '../../nodes/shared/errors/failure.js';
import { describeFailure } from '../../nodes/shared/errors/messages.js';

const KNOWN: Array<Partial<Failure>> = [
	{},
	{ says: '' },
	{ hint: 'a hint' },
	{ httpStatus: 400, code: 'Code' },
	{ parameter: 'Resolution' },
	{ model: 'a-model' },
	{ next: 'Do this.' },
	{ link: 'https://files.test/fox.png' },
	{ taskId: 'task-1', collectable: 'paid' },
	{ taskId: 'task-1', collectable: 'perhaps' },
	{ isPart: true },
	{ wasSentBefore: true },
];

it.each(FAILURE_KINDS)('%s', (kind) => {
	const told = KNOWN.map((known) => {
		const { message, description } = describeFailure({ kind, says: 'the words', ...known }, { gateway: 'Gateway', itemIndex: 2 });
		return [JSON.stringify(known), message, description];
	});
	expect(told).toMatchSnapshot();
});
