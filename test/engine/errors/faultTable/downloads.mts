import type { SandboxFault } from '../../../../sandbox/sandbox.mjs';
import {
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
import { summaryOf } from '../../../support/wording.mjs';

const BRINGERS: Service[] = [...SYNCHRONOUS, ...GENERATES, ...WAITS, ...GETS];
const hasTask = ({ node }: Service) => node !== 'Seedream';
const isBought = ({ operation }: Service) => operation === 'generate';

const GONE = summaryOf('fileGone');
const jpeg = { 'content-type': 'image/jpeg' };

const answer = (status: number): SandboxFault => ({ status, body: `<Code>${status}</Code>` });
const XML = `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message>${' '.repeat(100)}</Error>`;
const EMPTY: SandboxFault = { status: 200, headers: jpeg, body: '' };

interface Way {
	fault: string;
	file: SandboxFault[];
	/** How many downloads there are. */
	downloads: number;
	/** Why there is no file; without it there is. */
	why?: string;
	/** Only some services: what holds for all is told at each, what differs by the task only here. */
	only?: (service: Service) => boolean;
	/** A look more, for a fresh link. */
	freshLink?: boolean;
	options?: Row['options'];
}

/** A link that is dead stays dead; where there is a task it is asked for a fresh one, once. */
const deadLinks = [403, 404, 410].flatMap((status): Way[] => [
	{
		fault: `HTTP ${status}`,
		file: times(9, answer(status)),
		downloads: 1,
		why: `the storage answered with HTTP status ${status}`,
		only: (service) => !hasTask(service),
	},
	{
		fault: `HTTP ${status} once`,
		file: [answer(status)],
		downloads: 2,
		freshLink: true,
		only: hasTask,
	},
	{
		fault: `HTTP ${status} always`,
		file: times(9, answer(status)),
		downloads: 2,
		freshLink: true,
		why: `the storage answered with HTTP status ${status}`,
		only: hasTask,
	},
]);

/** What may pass is tried three times. */
const passing = (
	[
		['HTTP 500', answer(500), 'the storage answered with HTTP status 500'],
		['HTTP 503', answer(503), 'the storage answered with HTTP status 503'],
		['HTTP 429', answer(429), 'the storage answered with HTTP status 429'],
		['a cut connection', 'reset', 'the connection'],
		['half a file', 'half', ''],
		['an empty file', EMPTY, 'the file is empty'],
	] satisfies Array<[string, SandboxFault, string]>
).flatMap(([name, fault, why]): Way[] => [
	{ fault: `${name} once`, file: [fault], downloads: 2 },
	{ fault: `${name} always`, file: times(9, fault), downloads: 3, why },
]);

const ways: Way[] = [
	...deadLinks,
	...passing,
	{
		fault: 'HTTP 400',
		file: [answer(400)],
		downloads: 1,
		why: 'the storage answered with HTTP status 400',
	},
	{
		fault: 'a page of HTML',
		file: [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }],
		downloads: 1,
		why: 'the link leads to text/html',
	},
	{
		fault: 'JSON',
		file: [{ status: 200, body: { message: 'no' } }],
		downloads: 1,
		why: 'the link leads to application/json',
	},
	...[
		{ 'content-type': 'application/xml' },
		{ 'content-type': 'application/octet-stream' },
		jpeg,
	].map(
		(headers): Way => ({
			fault: `a document of XML as ${headers['content-type']}`,
			file: [{ status: 200, headers, body: XML }],
			downloads: 1,
			why: 'the link leads to a',
		}),
	),
	...[{ 'content-type': 'application/octet-stream' }, jpeg].map(
		(headers): Way => ({
			fault: `a text as ${headers['content-type']}`,
			file: [{ status: 200, headers, body: 'Срок действия подписи истёк\n'.repeat(10) }],
			downloads: 1,
			why: 'the link leads to a text',
			only: (service) => !hasTask(service),
		}),
	),
	{
		fault: 'a handful of bytes',
		file: [{ status: 200, headers: jpeg, body: 'not yet' }],
		downloads: 1,
		why: 'the link leads to 7 bytes',
	},
	{
		fault: 'no answer',
		file: times(9, 'hang'),
		downloads: 1,
		why: NO_RESULT,
		options: { timeout: TIMEOUT },
	},
	{
		fault: 'a redirect',
		file: [{ status: 302, headers: { location: '<LINK>' }, body: '' }],
		downloads: 2,
	},
	{
		fault: 'five redirects',
		file: times(5, { status: 307, headers: { location: '<LINK>' }, body: '' }),
		downloads: 6,
	},
	{
		fault: 'redirects without end',
		file: times(99, { status: 301, headers: { location: '<LINK>' }, body: '' }),
		downloads: 6,
		why: 'the storage answered with HTTP status 301',
	},
	{
		fault: 'a redirect to a file of this machine',
		file: [{ status: 302, headers: { location: 'file:///etc/hostname' }, body: '' }],
		downloads: 1,
		why: 'the storage answered with HTTP status 302',
	},
	{
		fault: 'a redirect to nowhere',
		file: [{ status: 302, body: '' }],
		downloads: 1,
		why: 'the storage answered with HTTP status 302',
	},
];

const lost: Row[] = BRINGERS.flatMap((service) =>
	ways
		.filter(({ only = () => true }) => only(service))
		.map(({ fault, file, downloads: count, why, freshLink, options }): Row => {
			const paid = isBought(service) ? 1 : 0;
			const common = {
				paid,
				submits: paid,
				downloads: count,
				...(hasTask(service) ? { looks: freshLink ? 2 : 1 } : { looks: 0 }),
			};
			return {
				...service,
				fault,
				file,
				...(options ? { options } : {}),
				expect:
					why === undefined
						? { ...common, items: ['succeeded'] }
						: {
								...common,
								message: `${GATEWAY_NAMES[service.gateway]}: ${GONE} (${why}`,
								description: 'Link: http://127.0.0.1:',
								taskId: service.gateway === 'gptunnel',
							},
			};
		}),
);

/** A file that is late is no failure where the state will do. */
const late: Row[] = [...GENERATES, ...WAITS].map((service) => ({
	...service,
	fault: 'no answer, and the state will do',
	file: times(9, 'hang'),
	options: { timeout: TIMEOUT, onTimeout: 'returnState' },
	expect: { paid: isBought(service) ? 1 : 0, downloads: 1, items: ['succeeded'], files: 0 },
}));

/** Links alone are asked for, so nothing can be wrong with the files. */
const links: Row[] = BRINGERS.map((service) => ({
	...service,
	fault: 'a dead link that nobody follows',
	file: times(9, answer(404)),
	options: { download: false },
	expect: { paid: isBought(service) ? 1 : 0, downloads: 0, items: ['succeeded'], files: 0 },
}));

/** What goes wrong while a finished file is fetched. */
export const downloads: Row[] = [...lost, ...late, ...links];
