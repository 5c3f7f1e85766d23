import type { SandboxFault } from '../../../../sandbox/sandbox.mjs';
import {
	BUYERS,
	GATEWAY_NAMES,
	GENERATES,
	GETS,
	NO_RESULT,
	type Row,
	type Service,
	SYNCHRONOUS,
	TIMEOUT,
	times,
	WAITS,
} from './table.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../../support/wording.mjs';

const BRINGERS: Service[] = [...SYNCHRONOUS, ...GENERATES, ...WAITS, ...GETS];

/** One pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);
const png = (status: number, headers: Record<string, string> = {}): SandboxFault => ({
	status,
	headers: { 'content-type': 'image/png', ...headers },
	body: PNG,
});

const isBought = ({ operation }: Service) => operation === 'generate';

/** Good answers of a storage, besides 200. */
const good: Row[] = BRINGERS.flatMap((service) =>
	[
		['HTTP 203', png(203)] as const,
		[
			'HTTP 206 with the whole file',
			png(206, { 'content-range': `bytes 0-${PNG.length - 1}/${PNG.length}` }),
		] as const,
	].map(
		([fault, file]): Row => ({
			...service,
			fault,
			file: [file],
			expect: { paid: isBought(service) ? 1 : 0, downloads: 1, items: ['succeeded'] },
		}),
	),
);

const parts: Row[] = BRINGERS.map((service) => ({
	...service,
	fault: 'HTTP 206 with a part of the file',
	file: [png(206, { 'content-range': `bytes 0-${PNG.length - 1}/100000` })],
	expect: {
		paid: isBought(service) ? 1 : 0,
		downloads: 1,
		message: `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('fileGone')} (the storage sent a part of the file)`,
		description: 'Link: http://127.0.0.1:',
	},
}));

/** A silence of a minute would be tried again; here the time allowed is over before. */
const silences: Row[] = SYNCHRONOUS.slice(0, 1).map((service) => ({
	...service,
	fault: 'half a file, and then nothing',
	file: times(9, 'silent'),
	options: { timeout: TIMEOUT },
	expect: {
		paid: 1,
		downloads: 1,
		message: `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('fileGone')} (${NO_RESULT})`,
		description: 'Link: http://127.0.0.1:',
	},
}));

/** Nothing is sent, so n8n may run the node again as often as it likes. */
const handshakes: Row[] = BUYERS.map((service) => ({
	...service,
	fault: 'https to a port that speaks http',
	credential: 'https',
	tries: 3,
	expect: {
		paid: 0,
		runs: 3,
		message: `${GATEWAY_NAMES[service.gateway]}: ${summaryOf('notReachable')} (the host does not speak HTTPS)`,
		description: NOTHING_CHARGED,
	},
}));

/** What the network and the storage do that gateways have no part in. */
export const network: Row[] = [...good, ...parts, ...silences, ...handshakes];
