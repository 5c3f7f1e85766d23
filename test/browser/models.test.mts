/** The list of models: what the gateway says that it has, and what is known of it. */
import { openNodeOf } from './support/canvas.mjs';
import { eventually } from './support/eventually.mjs';
import { offeredModels, openModels } from './support/form.mjs';
import { TYPES } from './support/nodes.mjs';
import { takePicture } from './support/pictures.mjs';
import { openSession, type Session } from './support/session.mjs';

let session: Session;
beforeAll(async () => {
	session = await openSession();
});
afterAll(async () => await session?.close());

test('living models first, then those that only the gateway knows, and last those that end or have ended', async () => {
	const { bench } = session;
	bench.sandbox.reset();
	bench.sandbox.behaviour = {
		listedModels: [
			'gpt-image-2',
			'gpt-image-2.6-flare',
			'gpt-image-3-preview',
			'gpt-image-1.5',
			'gpt-image-1',
			'seedream-4-5-251128',
		],
	};
	await session.inEditor(async (page) => {
		const parameters = { gateway: 'agentsFlare', prompt: 'A lighthouse on a cliff at dusk' };
		await openNodeOf(page, bench, {
			name: 'GPT Image',
			type: TYPES['GPT Image'],
			parameters,
			credentialType: 'agentsFlareApi',
		});
		await eventually(async () => {
			const names = await offeredModels(page);
			expect(names.slice(0, 3)).toEqual([
				'GPT Image 2 (gpt-image-2)',
				'GPT Image 2.6 Flare (gpt-image-2.6-flare)',
				'gpt-image-3-preview, listed by AgentsFlare',
			]);
			expect(names).toContain('GPT Image 2.5 Flare, not listed (gpt-image-2.5-flare)');
			expect(names.at(-2)).toMatch(
				/^GPT Image 1\.5, (ends|shut down by its maker on) December 1, 2026.*\(gpt-image-1\.5\)$/,
			);
			expect(names.at(-1)).toBe(
				'GPT Image 1, shut down by its maker on October 23, 2026; the gateway may serve another (gpt-image-1)',
			);
		});
		await openModels(page);
		await takePicture(page, 'form-models');
	});
	expect(bench.sandbox.requests.filter(({ paid }) => paid)).toEqual([]);
});
