import { keyHider } from '../../nodes/shared/gateways/access.js';
import { withoutKeys, type Bought } from '../../nodes/shared/io/submissions.js';

const key = 'sk-9f/Qz+7c0b1d==k2';

function rememberedOf(bought: Bought): Bought | undefined {
	let kept: Bought | undefined;
	const memory = { recall: () => kept, remember: (what: Bought) => void (kept = what), forget: () => void (kept = undefined) };
	withoutKeys(memory, keyHider(key)).remember(bought);
	return kept;
}

it('keeps what was bought as it is', () => {
	expect(rememberedOf({ taskId: '687fbd658a5526000178d729' })).toEqual({ taskId: '687fbd658a5526000178d729' });
});

it.each<[string, Bought]>([
	['an id', { taskId: `task-${key}` }],
	[
		'a link',
		{
			outcome: {
				files: [{ index: 0, source: { url: `https://files.test/?key=${encodeURIComponent(key)}` } }],
				missing: [],
				facts: { status: 'succeeded' },
			},
			kept: [],
		},
	],
])('keeps a failure that must not be repeated in place of %s with the key', (_what, bought) => {
	expect(rememberedOf(bought)).toEqual({ failure: { kind: 'answerLost', says: expect.stringContaining('has the key in it') } });
});
