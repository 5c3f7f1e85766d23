import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gateways } from '../../nodes/shared/gateways/registry.js';
import { modelTables, withModels } from '../../tools/models.mjs';

const readme = readFileSync(path.join(__dirname, '..', '..', 'README.md'), 'utf8');

it('the README has the models of the gateways’ tables (npm run docs:models writes them)', () => {
	expect(readme).toBe(withModels(readme));
});

it('each model has a line, with its ID and where it is known from', () => {
	const lines = modelTables().split('\n');
	for (const { displayName, seedream, seedance, gptImage } of gateways) {
		for (const { id } of [seedream, seedance, gptImage].flatMap((service) => [
			...(service?.models ?? []),
		])) {
			const ofModel = lines.filter(
				(line) => line.startsWith(`| ${displayName} |`) && line.includes(`| \`${id}\` |`),
			);
			expect(ofModel).toHaveLength(1);
			expect(ofModel[0]).toMatch(
				/\| (the gateway’s page|the vendor’s docs|others’ code|a guess, untried) \|$/,
			);
		}
	}
});

it.each([
	'no marks',
	'<!-- models:begin -->',
	'<!-- models:end --><!-- models:begin -->',
	'<!-- models:begin --><!-- models:end --><!-- models:end -->',
])('refuses a README with %s', (text) => {
	expect(() => withModels(text)).toThrow('README.md has to have');
});

it('leaves what is around the marks as it is', () => {
	const written = withModels('before\n<!-- models:begin -->\nold\n<!-- models:end -->\nafter\n');
	expect(written).toMatch(
		/^before\n<!-- models:begin -->\n\n### Seedream\n[^]*\n\n<!-- models:end -->\nafter\n$/,
	);
	expect(written).not.toContain('old');
	expect(withModels(written)).toBe(written);
});
