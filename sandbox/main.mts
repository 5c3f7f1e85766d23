import { parseArgs } from 'node:util';

import { startSandbox } from './sandbox.mjs';

const USAGE = `Usage: npm run sandbox -- [--port 5690] [--files-port 5691] [--task-seconds 3]
A port of 0 takes any free one. A task takes --task-seconds from its creation to its result.`;

/** Reads a port from the command line; throws an Error with one clear sentence. */
function portOf(name: string, text: string): number {
	const port = Number(text);
	if (!/^\d+$/.test(text) || port > 65_535) {
		throw new Error(`--${name} must be a port from 0 to 65535, not "${text}".`);
	}
	return port;
}

/** Reads the seconds a task takes; throws an Error with one clear sentence. */
function secondsOf(text: string): number {
	if (!/^\d+(\.\d+)?$/.test(text)) {
		throw new Error(`--task-seconds must be a number of seconds, such as 3 or 0.5, not "${text}".`);
	}
	return Number(text);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '5690' },
			'files-port': { type: 'string', default: '5691' },
			'task-seconds': { type: 'string', default: '3' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return;
	}
	const taskSeconds = secondsOf(values['task-seconds']);
	const sandbox = await startSandbox({
		port: portOf('port', values.port),
		filesPort: portOf('files-port', values['files-port']),
		log: (line) => console.log(line),
		// Nobody reads them here, and references make them large.
		keepRequests: 0,
	});
	sandbox.behaviour.taskSeconds = taskSeconds;
	console.log(`Sandbox gateways, base URL of all credentials: ${sandbox.apiUrl}
Generated files come from: ${sandbox.filesUrl}
API keys:
  GPTunnel     ${sandbox.keys.gptunnel}
  MyRouter     ${sandbox.keys.myRouter}
  AgentsFlare  ${sandbox.keys.agentsFlare}
  ModelArk     ${sandbox.keys.modelArk}
A task (Seedance, GPT Image) takes ${taskSeconds} s.
Nothing is sent to a real gateway and nothing costs money. Ctrl-C ends it.`);

	const end = () => {
		void sandbox.close();
	};
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
});
