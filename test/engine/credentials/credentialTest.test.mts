import { credentialTest } from '../../support/credentialTest.mjs';
import { IS_SINCE_2, itSince2 } from '../../support/engineVersions.mjs';
import { listen, useSandbox } from '../../support/fixtures.mjs';

const CREDENTIALS = [
	['gptunnelApi', 'gptunnel'],
	['myRouterApi', 'myRouter'],
	['agentsFlareApi', 'agentsFlare'],
	['modelArkApi', 'modelArk'],
] as const;

const { sandbox, charged } = useSandbox();
afterEach(() => {
	// A test of a credential never costs anything.
	expect(charged()).toEqual([]);
});

describe.each(CREDENTIALS)('%s', (credential, gateway) => {
	it('says yes to a good key, also one that was pasted untidily', async () => {
		const key = sandbox().keys[gateway];
		for (const [apiKey, baseUrl] of [
			[key, sandbox().apiUrl],
			[` Bearer ${key} `, `${sandbox().apiUrl}/`],
		] as const) {
			expect(await credentialTest(credential, { apiKey, baseUrl })).toMatchObject({ status: 'OK' });
		}
		expect(sandbox().requests).toHaveLength(2);
	});

	it('tells a wrong key', async () => {
		const { status, message } = await credentialTest(credential, {
			apiKey: 'wrong',
			baseUrl: sandbox().apiUrl,
		});
		expect(status).toBe('Error');
		// n8n 1.123 has words of its own for the status 401.
		expect(message).toMatch(
			IS_SINCE_2
				? /^The key was not accepted$/
				: /^(The key was not accepted|Authorization failed - please check your credentials)$/,
		);
	});

	it.each([301, 302, 307, 308])('does not follow HTTP %d with the key', async (code) => {
		const { url: baseUrl } = await listen((_request, response) =>
			response.writeHead(code, { location: sandbox().apiUrl }).end(),
		);
		const { status, message } = await credentialTest(credential, {
			apiKey: sandbox().keys[gateway],
			baseUrl,
		});
		expect(sandbox().requests).toEqual([]);
		if (IS_SINCE_2)
			expect([status, message]).toEqual([
				'Error',
				expect.stringContaining('The host answered, but not as'),
			]);
	});

	it('tells a host that cannot be reached', async () => {
		const { status, message } = await credentialTest(credential, {
			apiKey: 'any',
			baseUrl: 'http://127.0.0.1:9',
		});
		expect(status).toBe('Error');
		expect(message).toContain(IS_SINCE_2 ? 'ECONNREFUSED' : 'refused the connection');
	});

	/** These two are judged by the statuses that are not to be ignored, which n8n 1.123 ignores all the same. */
	const isByStatus = gateway === 'myRouter' || gateway === 'agentsFlare';
	(isByStatus
		? itSince2(`the test of ${credential} cannot tell another host: all statuses are ignored`)
		: it
	).each([
		[200, '<html>Welcome</html>'],
		[200, '{"status":"ok"}'],
		[200, 'OK'],
		[404, '<html>no</html>'],
		[404, '{"statusCode":404,"message":"Cannot POST /","error":"Not Found"}'],
		[404, '{"detail":"Not Found"}'],
		[405, '{"message":"Method not allowed"}'],
		[429, '{"message":"slow down"}'],
		[500, '<html>no</html>'],
		[503, ''],
	])('does not take a host that answers %d %s for the gateway', async (code, body) => {
		const type = body.startsWith('{') ? 'application/json' : 'text/html';
		const { url: baseUrl } = await listen((_request, response) =>
			response.writeHead(code, { 'content-type': type }).end(body),
		);
		const { status } = await credentialTest(credential, { apiKey: 'any', baseUrl });
		expect(status).toBe('Error');
	});
});
