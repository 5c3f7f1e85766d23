/** Installs every n8n that the tests run on, so that it is there when they start. */
import { runTool } from './processes.mjs';
import { N8N_MAJORS, provideRuntime } from './runtime.mjs';

const root = process.cwd();

await runTool(async () => {
	for (const major of N8N_MAJORS) {
		const { n8n } = await provideRuntime(root, major);
		console.log(`n8n ${major} is installed: ${n8n}`);
	}
	return 0;
});
