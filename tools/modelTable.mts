import { readFile, writeFile } from 'node:fs/promises';
import { withModels } from './models.mjs';
import { runTool } from './processes.mjs';

const README = 'README.md';

await runTool(async () => {
	const before = await readFile(README, 'utf8');
	const after = withModels(before);
	await writeFile(README, after);
	console.log(
		before === after
			? `${README} had the models as they are.`
			: `${README} has the models as they are now.`,
	);
	return 0;
});
