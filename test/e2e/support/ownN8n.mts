import { startN8n, type N8n } from '../../../tools/n8n.mjs';
import { freePort } from '../../../tools/ports.mjs';
import { provideRuntime } from '../../../tools/runtime.mjs';
import { environment, root } from './bench.mjs';

/** An n8n of a test's own, which it may kill. */
export async function startOwnN8n(): Promise<N8n> {
	return await startN8n({
		runtime: await provideRuntime(root),
		tarball: environment.E2E_TARBALL,
		filesFolder: environment.E2E_FOLDER,
		port: await freePort(),
		parentFolder: environment.E2E_FOLDER,
		sharesGroup: true,
	});
}
