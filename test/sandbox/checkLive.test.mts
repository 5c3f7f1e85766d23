/** The tool that asks a real gateway whether it answers as expected, with the sandbox in the gateway's place. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { gateways } from '../../nodes/shared/gateways/registry.js';
import type { SandboxGateway } from '../../sandbox/sandbox.mjs';
import { GATEWAYS } from '../../tools/gateways.mjs';
import { PROMPT, SERVICE_NAMES, type ServiceName } from '../../tools/live/orders.mjs';
import { checkLive, type Found, type Host } from '../../tools/live/run.mjs';
import { readChoice } from '../../tools/live/usage.mjs';
import { freePort } from '../../tools/ports.mjs';
import { startChangingProxy, type Answered, type Asked } from '../support/changingProxy.mjs';
import { useSandbox } from '../support/fixtures.mjs';

const { sandbox, charged } = useSandbox({ taskSeconds: 0.3 });

const toolOf = (name: string) => {
	const found = GATEWAYS.find((gateway) => gateway.name === name);
	if (!found) throw new Error(`tools/gateways.mts does not have ${name}`);
	return found;
};

interface Asking {
	args?: readonly string[];
	url?: string;
	key?: string;
	host?: Partial<Host>;
}

/** Runs the tool as a person does who has said yes, unless `args` say otherwise; `said` is all that was shown besides the report. */
async function check(
	name: string,
	{ args = ['--yes'], url = sandbox().apiUrl, key, host = {} }: Asking = {},
): Promise<Found & { said: string }> {
	const tool = toolOf(name);
	const choice = readChoice(['--gateway', name, '--base-url', url, ...args], {
		[tool.keyVariable]: key ?? sandbox().keys[tool.name],
	});
	const said: string[] = [];
	const found = await checkLive(choice, {
		package: 'n8n-nodes-seedream 0.0.0',
		patience: { longest: 20, pause: 0.1 },
		tell: (words) => void said.push(words),
		confirms: async () => false,
		...host,
	});
	return { ...found, said: said.join('\n') };
}

const differing = ({ checks }: Found) =>
	checks
		.filter(({ verdict }) => verdict === 'differs')
		.map(({ name, differences }) => [name, ...differences]);
const leftOut = ({ checks }: Found) =>
	checks.filter(({ verdict }) => verdict === 'left out').map(({ name }) => name);
const orders = () => charged().length;

describe('a gateway that answers as expected', () => {
	it.each(gateways.map((gateway) => [gateway.name, gateway] as const))(
		'%s agrees',
		async (name, gateway) => {
			const found = await check(name);
			expect(differing(found)).toEqual([]);
			expect(leftOut(found).filter((left) => !left.endsWith('Cancel Task'))).toEqual([]);
			expect(found.report).toContain(': agrees\n');
			expect(found.report).not.toContain('no description');

			const services = SERVICE_NAMES.filter((service) => gateway[service]);
			expect(orders()).toBe(services.length);
			expect(found.checks.filter((one) => one.name.endsWith(': file'))).toHaveLength(
				services.length,
			);

			const secrets = [
				sandbox().keys[toolOf(name).name],
				PROMPT,
				'127.0.0.1',
				'X-Tos-Signature',
				...sandbox()
					.taskTimes()
					.map(({ id }) => id),
			];
			expect(secrets.filter((secret) => (found.report + found.said).includes(secret))).toEqual([]);
		},
	);
});

interface Planted {
	what: string;
	gateway: SandboxGateway;
	/** what is ordered; nothing, where all that is asked costs nothing */
	service?: ServiceName;
	change(answer: Answered, asked: Asked): Answered;
	/** the check that finds it, and what it says */
	check: string;
	says: RegExp;
	/** seconds */
	longest?: number;
}

const inBody = (path: RegExp, from: RegExp, to: string) => (answer: Answered, asked: Asked) =>
	path.test(asked.path) ? { ...answer, body: answer.body.replace(from, to) } : answer;

const PLANTED: readonly Planted[] = [
	{
		what: 'a field of a stream with another name',
		gateway: 'agentsFlare',
		service: 'seedream',
		change: inBody(/images\/generations$/, /"url":/g, '"link":'),
		check: 'Seedream: order',
		says: /new field link \(string\).*url is missing|url is missing.*new field link \(string\)/,
	},
	{
		what: 'a field of a task with another name',
		gateway: 'gptunnel',
		service: 'gptImage',
		change: inBody(/media\/result$/, /"url":/g, '"link":'),
		check: 'GPT Image: task until it is done',
		says: /url is missing.*does not see it done within 1 seconds/,
		longest: 1,
	},
	{
		what: 'a number as text',
		gateway: 'gptunnel',
		service: 'gptImage',
		change: inBody(/media\/result$/, /"created_at":(\d+)/, '"created_at":"$1"'),
		check: 'GPT Image: task until it is done',
		says: /created_at is of the type string, expected is number/,
	},
	{
		what: 'a new state',
		gateway: 'gptunnel',
		service: 'gptImage',
		change: inBody(/media\/result$/, /"status":"(idle|processing)"/, '"status":"baking"'),
		check: 'GPT Image: task until it is done',
		says: /status is "baking", known are .*"done"/,
	},
	{
		what: 'a refusal with another status',
		gateway: 'modelArk',
		change: (answer, { method }) =>
			answer.status === 404 && method === 'GET' ? { ...answer, status: 500 } : answer,
		check: 'Seedance: unknown task',
		says: /takes it for "gatewayFailed", expected is "taskNotFound".*the HTTP status is 500, expected is 404/,
	},
	{
		what: 'a wrong key that is let in',
		gateway: 'gptunnel',
		change: (answer) => (answer.status === 401 ? { ...answer, status: 200 } : answer),
		check: 'Wrong key',
		says: /the HTTP status is 200, expected is 401/,
	},
	{
		what: 'a link to a page of HTML',
		gateway: 'myRouter',
		service: 'seedream',
		change: (answer, asked) =>
			inBody(
				/seedream/,
				/"images":\["[^"]*"/,
				`"images":["${asked.proxy}/page.jpeg"`,
			)(answer, asked),
		check: 'Seedream: file',
		says: /of no format that is known \(it came as text\/html.*&lt;!DOCTYPE html/,
	},
];

describe('a gateway that answers otherwise', () => {
	it.each(PLANTED)(
		'$what is found',
		async ({ gateway, service, change, check: name, says, longest = 20 }) => {
			const proxy = await startChangingProxy(sandbox().apiUrl, change);
			try {
				const args = service === undefined ? ['--free'] : ['--yes', '--service', service];
				const found = await check(gateway, {
					args,
					url: proxy.url,
					host: { patience: { longest, pause: 0.1 } },
				});
				expect(differing(found).map(([differs]) => differs)).toEqual([name]);
				const row = found.report
					.split('\n')
					.find((line) => line.startsWith(`| ${name} | **differs** |`));
				expect(row).toMatch(says);
				expect(found.report).toMatch(/^## .*: 1 of \d+ checks differ\n/);
			} finally {
				await proxy.close();
			}
		},
	);

	it('a model that the catalog lacks is named, ready to be pasted', async () => {
		sandbox().behaviour.listedModels = [
			'seedream-4-5-251128',
			'seedream-6-0-270101',
			'seedance-9-0-270101',
			'other-1',
		];
		const found = await check('modelArk', { args: ['--free'] });
		expect(differing(found)).toEqual([
			['Seedream: list of models', 'the catalog lacks ["seedream-6-0-270101"]'],
			['Seedance: list of models', 'the catalog lacks ["seedance-9-0-270101"]'],
		]);
		expect(found.report).toContain('the gateway does not list [');
		expect(orders()).toBe(0);
	});

	it('no gateway at all is found, too', async () => {
		const found = await check('gptunnel', { url: `http://127.0.0.1:${await freePort()}` });
		expect(differing(found).flat()).toContain('no answer came: ECONNREFUSED');
		expect(leftOut(found)).toEqual(['Seedream: order', 'Seedance: order', 'GPT Image: order']);
	});
});

describe('nothing is ordered', () => {
	it('unless that was confirmed, by whoever was told what it is', async () => {
		const questions: string[] = [];
		const confirms = async (question: string) => {
			questions.push(question);
			return false;
		};
		const found = await check('gptunnel', { args: [], host: { confirms } });
		expect(questions).toHaveLength(1);
		expect(questions[0]).toMatch(
			/costs money[^]*\(seedream-4\): one picture in 1K[^]*\(seedance-1-pro-1080P-5s\): one video[^]*\(gpt-image-1(\.5)?-low\): one picture[^]*no prices/,
		);
		expect([orders(), differing(found)]).toEqual([0, []]);
		expect(leftOut(found)).toEqual(['Seedream: order', 'Seedance: order', 'GPT Image: order']);
	});

	it('and nobody is asked, where only what costs nothing is wanted', async () => {
		const confirms = jest.fn(async () => true);
		await check('modelArk', { args: ['--free'], host: { confirms } });
		expect([orders(), confirms.mock.calls.length]).toEqual([0, 0]);
	});

	it('with a key that is not accepted', async () => {
		const found = await check('myRouter', { key: 'sk-none-0123456789' });
		expect(differing(found)[0]).toContain('n8n would say: The key was not accepted');
		expect(orders()).toBe(0);
		expect(found.report + found.said).not.toContain('sk-none');
	});
});

describe('the command line', () => {
	const environment = { GPTUNNEL_API_KEY: 'sk-0123456789' };

	const REFUSED: ReadonlyArray<[args: string[], environment: NodeJS.ProcessEnv, message: string]> =
		[
			[[], environment, 'Say which gateway.'],
			[['--gateway', 'none'], environment, 'There is no gateway "none".'],
			[
				['--gateway', 'gptunnel'],
				{},
				'The key of GPTunnel has to be in the environment variable GPTUNNEL_API_KEY.',
			],
			[
				['--gateway', 'modelArk', '--service', 'gptImage'],
				{ MODELARK_API_KEY: 'sk-0123456789' },
				'does not have "gptImage", but seedream (Seedream), seedance',
			],
			[
				['--gateway', 'gptunnel', '--base-url', 'ftp://sk-0123456789'],
				environment,
				'The base URL is not an http or https address.',
			],
			[['--gateway', 'gptunnel', '--cheap'], environment, '--cheap'],
		];
	it.each(REFUSED)('%j is refused', (args, variables, message) => {
		expect(() => readChoice(args, variables)).toThrow(message);
		expect(() => readChoice(args, variables)).toThrow('Usage: npm run check:live');
		expect(() => readChoice(args, variables)).not.toThrow('sk-0123456789');
	});

	it('takes the address from the environment, and knows the usual one however it is written', () => {
		expect(readChoice(['--gateway', 'GPTunnel'], environment)).toMatchObject({
			isUsual: true,
			free: false,
			yes: false,
		});
		expect(
			readChoice(['--gateway', 'gptunnel', '--base-url', 'https://gptunnel.ru/v1/'], environment)
				.isUsual,
		).toBe(true);
		const elsewhere = readChoice(['--gateway', 'gptunnel'], {
			...environment,
			GPTUNNEL_BASE_URL: 'https://proxy.example',
		});
		expect([elsewhere.isUsual, elsewhere.line.address]).toEqual([false, 'https://proxy.example']);
	});

	/** Runs it as npm does, without a terminal. */
	async function run(key: string, ...args: string[]) {
		const root = path.join(__dirname, '..', '..');
		const child = spawn(
			process.execPath,
			[
				'tools/run.mjs',
				'checkLive',
				'--gateway',
				'gptunnel',
				'--base-url',
				sandbox().apiUrl,
				...args,
			],
			{
				cwd: root,
				env: { ...process.env, GPTUNNEL_API_KEY: key },
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		const printed = { out: '', err: '' };
		child.stdout.on('data', (piece: Buffer) => (printed.out += piece.toString()));
		child.stderr.on('data', (piece: Buffer) => (printed.err += piece.toString()));
		const [code]: unknown[] = await once(child, 'close');
		return { code, ...printed };
	}

	it('ends with 0 where all agrees, the report alone on the output', async () => {
		const { code, out } = await run(sandbox().keys.gptunnel, '--yes', '--service', 'gptImage');
		expect([code, out.split('\n')[0]]).toEqual([0, '## GPTunnel: agrees']);
		expect(orders()).toBe(1);
	});

	it('ends with 1 where something differs', async () => {
		const { code, out, err } = await run('sk-none-0123456789', '--free');
		expect(code).toBe(1);
		expect(out).toContain('| Credential test | **differs** |');
		expect(out + err).not.toContain('sk-none');
	});

	it('ends with 2 where it is not said what to do, and sends nothing', async () => {
		const { code, err } = await run(sandbox().keys.gptunnel);
		expect(code).toBe(2);
		expect(err).toContain('Without a terminal');
		expect(sandbox().requests).toEqual([]);
	});
});
