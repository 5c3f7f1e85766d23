import dns from 'node:dns';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { encode } from 'eventsource-encoder';
import type { IExecuteFunctions, INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import { generate as generateCertificate } from 'selfsigned';
import { z } from 'zod';
import { startDeadline } from '../../../nodes/shared/time/deadline.js';
import { endWhenSilent, openUrl } from '../../../nodes/shared/transport/download.js';
import { runNode, type RunOptions } from '../../support/engine.mjs';
import { IS_SINCE_2, itSince2 } from '../../support/engineVersions.mjs';
import { picture } from '../../support/pictures.mjs';
import { NOTHING_CHARGED, summaryOf } from '../../support/wording.mjs';

/** A server on loopback that counts. */
interface Counting {
	port: number;
	/** Connections that were made, and those that are still open. */
	made(): number;
	open(): number;
	/** Resolves when all connections that were made are closed. */
	allClosed(): Promise<void>;
	/** Everything that was received, decrypted or not. */
	received(): string;
}

const servers: TcpServer[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
	jest.restoreAllMocks();
	for (const socket of sockets) socket.destroy();
	for (const server of servers.splice(0)) server.close();
});

async function start(server: TcpServer): Promise<Counting> {
	const closings: Array<Promise<void>> = [];
	let open = 0;
	let received = '';
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		open += 1;
		socket.on('error', () => undefined);
		socket.on('data', (bytes) => (received += bytes.toString('latin1')));
		closings.push(
			new Promise((resolve) => {
				socket.on('close', () => {
					sockets.delete(socket);
					open -= 1;
					resolve();
				});
			}),
		);
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = z.object({ port: z.number() }).parse(server.address());
	return {
		port,
		made: () => closings.length,
		open: () => open,
		allClosed: async () => void (await Promise.all(closings)),
		received: () => received,
	};
}

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
	await start(createServer(answer));

const apiKey = 'sk-very-secret-0123456789';

async function generate(
	baseUrl: string,
	options: INodeParameters = {},
	rest: Partial<RunOptions> & { images?: INodeParameters } = {},
) {
	const { images, ...run } = rest;
	return await runNode({
		node: 'Seedream',
		parameters: {
			gateway: 'myRouter',
			prompt: 'A red fox',
			...(images ? { images } : {}),
			options,
		},
		credentials: { myRouterApi: { apiKey, baseUrl } },
		...run,
	});
}

/** A gateway whose answer is links, in which `<HOST>` is its own; it counts what was ordered. */
async function gatewayOf(
	links: string[],
	file: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
		void response.end(),
) {
	let orders = 0;
	const counting = await serve((request, response) => {
		if (request.method !== 'POST') return file(request, response);
		orders += 1;
		request.resume();
		const images = links.map((link) => link.replace('<HOST>', `http://${request.headers.host}`));
		response.setHeader('connection', 'close');
		response.end(JSON.stringify({ images }));
	});
	return { ...counting, url: `http://127.0.0.1:${counting.port}`, orders: () => orders };
}

describe('a request that was never sent', () => {
	const UNREACHED = `MyRouter: ${summaryOf('notReachable')} (`;

	/** So many seconds allow one more try, a second after the first. */
	const TWO_TRIES = { timeout: 3 };
	const ONE_TRY = { timeout: 1 };

	it('a connection that ends in the TLS handshake, or a name that cannot be looked up just now, is tried again', async () => {
		// What n8n 1.123 keeps of a reset does not tell when it came.
		const ends: ReadonlyArray<'end' | 'resetAndDestroy'> = IS_SINCE_2
			? ['end', 'resetAndDestroy']
			: ['end'];
		const closed = ends.map(async (end) => {
			const server = await start(
				createTcpServer((socket) => socket.once('data', () => socket[end]())),
			);
			const run = await generate(`https://127.0.0.1:${server.port}`, TWO_TRIES);
			expect(run.error?.message).toBe(
				`${UNREACHED}the connection was closed before anything was sent) [item 0]`,
			);
			expect(run.error?.description).toContain(NOTHING_CHARGED);
			expect(server.made()).toBe(2);
			expect(server.received()).not.toContain(apiKey);
		});
		const lookedUp = async () => {
			const bytes = await picture(64, 64);
			const gateway = await gatewayOf(
				['<HOST>/fox.png'],
				(_request, response) => void response.end(bytes),
			);
			let lookups = 0;
			const { lookup } = dns;
			jest.spyOn(dns, 'lookup').mockImplementation(((
				name: string,
				options: dns.LookupOptions,
				done: (...found: unknown[]) => void,
			) => {
				if (name !== 'gateway.localhost') return lookup(name, options, done);
				lookups += 1;
				if (lookups === 1)
					return done(
						Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), {
							code: 'EAI_AGAIN',
							syscall: 'getaddrinfo',
						}),
					);
				return options.all
					? done(null, [{ address: '127.0.0.1', family: 4 }])
					: done(null, '127.0.0.1', 4);
			}) as typeof dns.lookup);
			const run = await generate(`http://gateway.localhost:${gateway.port}`, TWO_TRIES);
			expect(run.items[0]?.[0]?.json.status).toBe('succeeded');
			expect(gateway.orders()).toBe(1);
		};
		await Promise.all([...closed, lookedUp()]);
	});

	it('a host that does not speak HTTPS is not asked again', async () => {
		const server = await serve((_request, response) => response.end('fox'));
		const run = await generate(`https://127.0.0.1:${server.port}`, TWO_TRIES);
		expect(run.error?.message).toBe(`${UNREACHED}the host does not speak HTTPS) [item 0]`);
		expect(run.error?.description).toContain(NOTHING_CHARGED);
		expect(server.made()).toBe(1);
	});

	it('certificates, and versions of TLS, that are not taken', async () => {
		const leaf = [{ name: 'commonName', value: 'localhost' }];
		const keys = { keyType: 'ec', algorithm: 'sha256' } as const;
		const issuer = await generateCertificate([{ name: 'commonName', value: 'An issuer' }], {
			...keys,
			extensions: [{ name: 'basicConstraints', cA: true }],
		});
		const own = await generateCertificate(leaf, keys);
		const issued = await generateCertificate(leaf, {
			...keys,
			ca: { key: issuer.private, cert: issuer.cert },
		});
		const cases = [
			[{ key: own.private, cert: own.cert }, 'the certificate is self-signed'],
			[
				{ key: issued.private, cert: issued.cert },
				'the issuer of the certificate is not known; n8n takes those of your own network from NODE_EXTRA_CA_CERTS',
			],
			[
				{ key: issued.private, cert: [issued.cert, issuer.cert].join('\n') },
				'the issuer of the certificate is not known; n8n takes those of your own network from NODE_EXTRA_CA_CERTS',
			],
			[
				{
					key: own.private,
					cert: own.cert,
					minVersion: 'TLSv1',
					maxVersion: 'TLSv1.1',
					ciphers: 'DEFAULT@SECLEVEL=0',
				},
				'the host does not speak HTTPS',
			],
		] as const;
		for (const [options, says] of cases) {
			let requests = 0;
			const server = createTlsServer(options, (socket) =>
				socket.on('error', () => undefined).on('data', () => (requests += 1)),
			);
			const { port, made } = await start(server.on('tlsClientError', () => undefined));
			const run = await generate(`https://127.0.0.1:${port}`, TWO_TRIES);
			expect(run.error?.message).toBe(`${UNREACHED}${says}) [item 0]`);
			expect(run.error?.description).toContain(NOTHING_CHARGED);
			expect([made(), requests]).toEqual([1, 0]);
		}
	});

	itSince2('it keeps nothing of the connection')(
		'a TLS handshake without end is none that may have been charged',
		async () => {
			const server = await start(createTcpServer());
			const run = await generate(`https://127.0.0.1:${server.port}`, ONE_TRY);
			expect(run.error?.message).toBe(
				`MyRouter: ${summaryOf('notSent')} (no result within 1 second) [item 0]`,
			);
			expect(run.error?.description).toContain(NOTHING_CHARGED);
		},
	);

	itSince2('it has no such guard')(
		'n8n’s own guard, for the gateway and for a reference',
		async () => {
			const gateway = await gatewayOf([]);
			await withGuard(async () => {
				const run = await generate(gateway.url, TWO_TRIES);
				expect(run.error?.message).toBe(
					`${UNREACHED}n8n itself blocked the request, as it leads to a restricted address; an administrator of n8n can allow it, by N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES) [item 0]`,
				);
				expect(run.error?.description).toContain(NOTHING_CHARGED);
				const images = { image: [{ source: 'url', url: `${gateway.url}/fox.png` }] };
				const withReference = await generate(gateway.url, TWO_TRIES, { images });
				expect(withReference.error?.message).toContain(
					'image 1 could not be read from its link (n8n itself blocked the request',
				);
			});
			expect(gateway.made()).toBe(0);
		},
	);

	it('what breaks off when the request was sent is not sent again', async () => {
		const server = await start(
			createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
		);
		const run = await generate(`http://127.0.0.1:${server.port}`, TWO_TRIES);
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('answerLost')} (the connection was reset) [item 0]`,
		);
		expect(run.error?.description).toContain('may have been accepted and charged');
		expect(server.made()).toBe(1);
	});
});

/** n8n's guard of its requests, as N8N_SSRF_PROTECTION_ENABLED switches it on. */
async function withGuard(work: () => Promise<void>): Promise<void> {
	const requireAsEngine = (name: string) =>
		require(require.resolve(name, { paths: [dirname(require.resolve('n8n-core'))] }));
	const { Container }: typeof import('@n8n/di') = requireAsEngine('@n8n/di');
	const guard = Container.get<{ enabled: boolean }>(
		requireAsEngine('@n8n/config').SsrfProtectionConfig,
	);
	guard.enabled = true;
	try {
		await work();
	} finally {
		guard.enabled = false;
	}
}

describe('a connection to a storage is closed', () => {
	/** Sends bytes as long as somebody takes them, or keeps the connection open. */
	const pour = (
		response: ServerResponse,
		status: number,
		type: string,
		start: Buffer | string = '',
	) => {
		response.writeHead(status, { 'content-type': type }).write(start);
		const more = () => {
			while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
		};
		response.on('drain', more);
		more();
	};

	it.each([
		['a page of HTML', 200, 'text/html', '<html>'],
		['a page of another type', 200, 'image/png', '<html>'],
		['a refusal', 403, 'application/xml', '<Error>'],
		['a redirect to nowhere', 302, 'text/plain', ''],
	])(
		'after %s that does not end',
		async (_name, status, type, start) => {
			const links = [1, 2, 3, 4].map((number) => `<HOST>/${number}.png`);
			const gateway = await gatewayOf(links, (_request, response) =>
				pour(response, status, type, start),
			);
			const run = await generate(gateway.url, { maxImages: 4 });
			expect(run.error?.message).toContain(summaryOf('fileGone'));
			expect(gateway.made()).toBe(5);
			await gateway.allClosed();
		},
		10_000,
	);

	it('after a redirect whose body does not end', async () => {
		const bytes = await picture(64, 64);
		const gateway = await gatewayOf(['<HOST>/1.png'], (request, response) => {
			if (request.url === '/2.png') return void response.end(bytes);
			response.setHeader('location', '/2.png');
			pour(response, 302, 'text/plain');
		});
		const run = await generate(gateway.url);
		expect(run.items[0]?.[0]?.json.status).toBe('succeeded');
		await gateway.allClosed();
	}, 10_000);

	it('after a reference that is too large, and one that is refused', async () => {
		const gateway = await gatewayOf([], (request, response) =>
			pour(response, request.url === '/1.png' ? 200 : 403, 'image/png'),
		);
		for (const [path, why] of [
			['1.png', 'larger than'],
			['2.png', 'HTTP status 403'],
		]) {
			const run = await generate(
				gateway.url,
				{},
				{ images: { image: [{ source: 'url', url: `${gateway.url}/${path}` }] } },
			);
			expect(run.error?.message).toContain(why);
		}
		expect(gateway.orders()).toBe(0);
		await gateway.allClosed();
	}, 10_000);

	it('when the execution is stopped in the middle of a file', async () => {
		const stop = new AbortController();
		const head = Buffer.concat([await picture(64, 64), Buffer.alloc(10_000)]);
		const gateway = await gatewayOf(['<HOST>/1.png'], (_request, response) => {
			response.writeHead(200, { 'content-length': '400000' }).write(head, () => stop.abort());
		});
		await generate(gateway.url, {}, { cancelSignal: stop.signal });
		await gateway.allClosed();
	}, 10_000);

	it.each(['stored', 'read'] as const)(
		'when nothing comes any more, while it is %s',
		async (how) => {
			const storage = await serve((_request, response) => {
				response.writeHead(200, { 'content-length': '400000' }).write(Buffer.alloc(1000));
			});
			let outcome: unknown;
			class Downloader {
				description: INodeTypeDescription = {
					displayName: 'Downloader',
					name: 'downloader',
					group: ['input'],
					version: 1,
					description: 'Stores a file',
					defaults: { name: 'Downloader' },
					inputs: ['main'],
					outputs: ['main'],
					properties: [],
				};

				async execute(this: IExecuteFunctions) {
					const deadline = startDeadline(20);
					const { body } = await openUrl(
						this,
						`http://127.0.0.1:${storage.port}/fox.jpeg`,
						deadline,
						true,
					);
					endWhenSilent(body, 50);
					const read = async () => {
						for await (const chunk of body) void chunk;
					};
					const taken =
						how === 'read'
							? read()
							: this.helpers.prepareBinaryData(body, 'fox.jpeg', 'image/jpeg');
					outcome = await taken.then(
						() => 'all came',
						(error: unknown) => error,
					);
					deadline.close();
					return [[]];
				}
			}
			await runNode({ node: Downloader, parameters: {} });
			expect(outcome).toMatchObject({ code: 'ETIMEDOUT' });
			await storage.allClosed();
		},
		10_000,
	);
});

describe('what a storage and a gateway answer', () => {
	const answering = async (status: number, headers: Record<string, string> = {}) => {
		const bytes = await picture(64, 64);
		const gateway = await gatewayOf(['<HOST>/fox.png'], (_request, response) => {
			response.writeHead(status, headers).end(bytes);
		});
		return await generate(gateway.url);
	};
	const size = async () => (await picture(64, 64)).length;

	it.each([200, 201, 203, 206, 226])('HTTP status %d with a file brings it', async (status) => {
		const run = await answering(status);
		expect(run.items[0]?.[0]?.json).toMatchObject({ status: 'succeeded', mimeType: 'image/png' });
	});

	it.each([
		'bytes 0-<LAST>/<SIZE>',
		'Bytes 0-<LAST>/<SIZE>',
		'bytes=0-<LAST>/<SIZE>',
		'bytes 0-<LAST>/*',
	])('206 with the whole range brings it: %s', async (range) => {
		const run = await answering(206, {
			'content-range': range
				.replace('<LAST>', String((await size()) - 1))
				.replace('<SIZE>', String(await size())),
		});
		expect(run.items[0]?.[0]?.json.status).toBe('succeeded');
	});

	it.each<Record<string, string>>([
		{ 'content-range': 'bytes 0-99/100000' },
		{ 'content-range': 'bytes 100-199/*' },
		{ 'content-type': 'multipart/byteranges; boundary=x' },
	])('206 with %j does not', async (headers) => {
		const run = await answering(206, headers);
		expect(run.error?.message).toBe(
			`MyRouter: ${summaryOf('fileGone')} (the storage sent a part of the file) [item 0]`,
		);
	});

	it.each([201, 202])('a stream under HTTP status %d is read', async (status) => {
		const bytes = await picture(64, 64);
		let orders = 0;
		const gateway = await serve((request, response) => {
			if (request.method !== 'POST') return void response.end(bytes);
			orders += 1;
			request.resume();
			const event = (index: number) =>
				encode({
					data: JSON.stringify({
						type: 'image_generation.partial_succeeded',
						image_index: index,
						url: `http://${request.headers.host}/${index}.png`,
						size: '64x64',
					}),
				});
			response.writeHead(status, { 'content-type': 'text/event-stream' });
			response.end(
				`${event(0)}${event(1)}${encode({ data: '{"type":"image_generation.completed"}' })}data: [DONE]\n\n`,
			);
		});
		const run = await runNode({
			node: 'Seedream',
			parameters: { gateway: 'agentsFlare', prompt: 'A red fox', options: { maxImages: 2 } },
			credentials: { agentsFlareApi: { apiKey, baseUrl: `http://127.0.0.1:${gateway.port}` } },
		});
		expect(run.items[0]?.map(({ json }) => json.index)).toEqual([0, 1]);
		expect(orders).toBe(1);
	});

	it.each([
		[
			'UTF-8',
			Buffer.from('/лиса fox.png').toString('latin1'),
			'/%D0%BB%D0%B8%D1%81%D0%B0%20fox.png',
		],
		['Latin-1', '/r\xe9nard.png', '/r%C3%A9nard.png'],
		['ASCII', '/%D0%BB.png', '/%D0%BB.png'],
	])(
		'a redirect in %s is followed, of a file and of a reference',
		async (_name, location, path) => {
			const bytes = await picture(512, 512);
			const followed: unknown[] = [];
			const gateway = await gatewayOf(['<HOST>/start.png'], (request, response) => {
				if (request.url === '/start.png') return void response.writeHead(302, { location }).end();
				followed.push(request.url);
				response.writeHead(request.url === path ? 200 : 404).end(bytes);
			});
			const run = await generate(
				gateway.url,
				{},
				{ images: { image: [{ source: 'url', url: `${gateway.url}/start.png` }] } },
			);
			expect(run.error).toBeUndefined();
			expect(new Set(followed)).toEqual(new Set([path]));
			expect(gateway.orders()).toBe(1);
		},
	);
});

describe('links into n8n’s own network', () => {
	const PUBLIC = '93.184.216.34';
	/** What n8n's guard is told of a name; every name is really found on loopback. */
	const names: Record<string, string> = {
		'gateway.example': PUBLIC,
		'public.example': PUBLIC,
		'inside.example': '10.1.2.3',
		'loopback.example': '127.0.0.1',
	};

	beforeEach(() => {
		const { lookup } = dns;
		jest.spyOn(dns, 'lookup').mockImplementation(((
			name: string,
			options: dns.LookupOptions,
			done: (...found: unknown[]) => void,
		) => {
			if (!(name in names) && name !== 'unknown.example') return lookup(name, options, done);
			return options.all
				? done(null, [{ address: '127.0.0.1', family: 4 }])
				: done(null, '127.0.0.1', 4);
		}) as typeof dns.lookup);
		jest.spyOn(dns.promises, 'lookup').mockImplementation(async (name: string) => {
			const address = names[name];
			if (address === undefined)
				throw Object.assign(new Error('not found'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
			const found = { address, family: 4 };
			return Object.assign([found], found);
		});
	});

	const bringing = async (bytes: Buffer) =>
		await serve((_request, response) => void response.end(bytes));

	itSince2('it looks up no names').each(['inside.example', 'loopback.example'])(
		'a file at a name that is private is not fetched: %s',
		async (name) => {
			const storage = await bringing(await picture(64, 64));
			const gateway = await gatewayOf([`http://${name}:${storage.port}/fox.png`]);
			const run = await generate(`http://gateway.example:${gateway.port}`);
			expect(run.error?.message).toContain(`the link leads into a private network: ${name}`);
			expect([gateway.orders(), storage.made()]).toEqual([1, 0]);
		},
	);

	it.each(['public.example', 'unknown.example'])(
		'one at a name that is public, or cannot be looked up, is: %s',
		async (name) => {
			const storage = await bringing(await picture(64, 64));
			const gateway = await gatewayOf([`http://${name}:${storage.port}/fox.png`]);
			const run = await generate(`http://gateway.example:${gateway.port}`);
			expect(run.items[0]?.[0]?.json.status).toBe('succeeded');
		},
	);

	it('a gateway in a network of one’s own may have its storage there', async () => {
		const storage = await bringing(await picture(64, 64));
		const gateway = await gatewayOf([`http://inside.example:${storage.port}/fox.png`]);
		const run = await generate(gateway.url);
		expect(run.items[0]?.[0]?.json.status).toBe('succeeded');
	});

	const reference = (url: string) => ({ images: { image: [{ source: 'url', url }] } });
	const inside = IS_SINCE_2
		? ['127.0.0.1', 'localhost', 'inside.example']
		: ['127.0.0.1', 'localhost'];
	it.each(inside)('a public reference that leads into it is refused: %s', async (host) => {
		const secret = await bringing(await picture(512, 512));
		const redirecting = await serve(
			(_request, response) =>
				void response.writeHead(307, { location: `http://${host}:${secret.port}/fox.png` }).end(),
		);
		const gateway = await gatewayOf([]);
		const run = await generate(
			gateway.url,
			{},
			reference(`http://public.example:${redirecting.port}/fox.png`),
		);
		expect(run.error?.message).toContain(
			`image 1 could not be read from its link (the link leads into a private network: ${host}`,
		);
		expect([gateway.orders(), secret.made()]).toEqual([0, 0]);
	});

	it('a reference that the user took from there is read, redirected or not', async () => {
		const pictures = await bringing(await picture(512, 512));
		const redirecting = await serve(
			(_request, response) =>
				void response
					.writeHead(307, { location: `http://127.0.0.1:${pictures.port}/fox.png` })
					.end(),
		);
		const bytes = await picture(64, 64);
		const gateway = await gatewayOf(
			['<HOST>/fox.png'],
			(_request, response) => void response.end(bytes),
		);
		const run = await generate(
			gateway.url,
			{},
			reference(`http://localhost:${redirecting.port}/fox.png`),
		);
		expect(run.error).toBeUndefined();
		expect(pictures.made()).toBeGreaterThan(0);
	});
});
