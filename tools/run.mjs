// node tools/run.mjs <tool> [arguments]: sets the checkout up, then runs tools/<tool>.mts in this process.
import { root, setUp } from './setup.mjs';

const [tool = '', ...rest] = process.argv.slice(2);
try {
	await setUp();
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
// Every tool works on the checkout, from wherever it is called.
process.chdir(root);
process.argv.splice(2, process.argv.length, ...rest);
// The first is for the nodes, which are CommonJS and which some tools load, the second for the tools themselves.
const { register: registerCommonJs } = await import('tsx/cjs/api');
registerCommonJs();
const { register } = await import('tsx/esm/api');
register();
await import(`./${tool}.mts`);
