import { normalizeBaseUrl, normalizeApiKey } from '../../../nodes/shared/credentials/normalize.js';
import { gateways } from '../../../nodes/shared/gateways/registry.js';

it.each([
	['sk-1', 'sk-1'],
	['  sk-1\n', 'sk-1'],
	['Bearer sk-1', 'sk-1'],
	['bearer  sk-1 ', 'sk-1'],
	['Authorization: Bearer sk-1', 'sk-1'],
	['"sk-1"', 'sk-1'],
	['sk- 1', 'sk-1'],
	['bearer-of-news', 'bearer-of-news'],
	['Authorization: sk-1', 'sk-1'],
	['“sk-1”', 'sk-1'],
	['«Bearer sk-1»', 'sk-1'],
	['"Authorization": "Bearer sk-1"', 'sk-1'],
	['sk\u200B-\u00AD1\uFEFF', 'sk-1'],
	['\u200EBearer\u00A0sk-1', 'sk-1'],
	['authorization-1', 'authorization-1'],
])('the key in %j is %p', (pasted, key) => {
	expect(normalizeApiKey(pasted)).toBe(key);
});

it.each([
	['', 'is empty'],
	[' “Bearer ” ', 'is empty'],
	['\u200B', 'is empty'],
	['sk-1–2', 'has a character that no key has: "–" (U+2013)'],
	['sk-é', 'has a character that no key has: "é" (U+00E9)'],
	['sk-\u0007', 'has a character that no key has: "\\u0007" (U+0007)'],
	['sk-\u{1F511}', 'has a character that no key has: "\u{1F511}" (U+1F511)'],
])('%j is no key', (pasted, says) => {
	expect(() => normalizeApiKey(pasted)).toThrow(`the API key in the credential ${says}`);
});

describe('base URLs', () => {
	const endpoints: Record<string, Array<[pasted: string, base: string]>> = {
		gptunnel: [
			['https://gptunnel.ru', 'https://gptunnel.ru'],
			['https://gptunnel.ru/', 'https://gptunnel.ru'],
			['https://gptunnel.ru/v1', 'https://gptunnel.ru'],
			['https://gptunnel.ru/v1/media/generate', 'https://gptunnel.ru'],
			['gptunnel.ru', 'https://gptunnel.ru'],
			['https://gptunnel.ru/v1/media/create/', 'https://gptunnel.ru'],
			['https://proxy.test/gptunnel/v1/media/generate?x=1', 'https://proxy.test/gptunnel'],
			[
				'https://gateway.ai.cloudflare.com/v1/ACCOUNT/NAME/custom-x',
				'https://gateway.ai.cloudflare.com/v1/ACCOUNT/NAME/custom-x',
			],
			[
				'https://gateway.ai.cloudflare.com/v1/ACCOUNT/NAME/custom-x/v1/media/generate',
				'https://gateway.ai.cloudflare.com/v1/ACCOUNT/NAME/custom-x',
			],
			['https://proxy.test/v1/media/team', 'https://proxy.test/v1/media/team'],
			['https://proxy.test/tv1', 'https://proxy.test/tv1'],
		],
		myRouter: [
			['https://api.myrouter.ai/v3/seedream-4.0', 'https://api.myrouter.ai'],
			[' https://api.myrouter.ai// ', 'https://api.myrouter.ai'],
			['https://api.myrouter.ai//v3/', 'https://api.myrouter.ai'],
			['https://api.myrouter.ai/v3/async/seedance-v1-pro-t2v', 'https://api.myrouter.ai'],
			['https://api.myrouter.ai/v3/async/task-result?task_id=1', 'https://api.myrouter.ai'],
			['https://api.myrouter.ai/v1/images/edits', 'https://api.myrouter.ai'],
			['https://proxy.test/v3/team/myrouter', 'https://proxy.test/v3/team/myrouter'],
		],
		agentsFlare: [
			['https://api.agentsflare.com/byteplus/v3/images/generations', 'https://api.agentsflare.com'],
			['https://api.agentsflare.com/v1/', 'https://api.agentsflare.com'],
			['http://127.0.0.1:5690/byteplus', 'http://127.0.0.1:5690'],
			[
				'https://api.agentsflare.com/byteplus/v3/contents/generations/tasks/cgt-1',
				'https://api.agentsflare.com',
			],
			['https://proxy.test/byteplus/eu/v1/images/generations', 'https://proxy.test/byteplus/eu'],
		],
		modelArk: [
			[
				'https://ark.ap-southeast.bytepluses.com/api/v3',
				'https://ark.ap-southeast.bytepluses.com/api/v3',
			],
			['ark.ap-southeast.bytepluses.com', 'https://ark.ap-southeast.bytepluses.com/api/v3'],
			[
				'https://ark.cn-beijing.volces.com/api/v3/contents/generations/tasks',
				'https://ark.cn-beijing.volces.com/api/v3',
			],
			[
				'https://ark.cn-beijing.volces.com/api/plan/v3',
				'https://ark.cn-beijing.volces.com/api/plan/v3',
			],
			[
				'https://ark.cn-beijing.volces.com/api/plan/v3/images/generations',
				'https://ark.cn-beijing.volces.com/api/plan/v3',
			],
			[
				'https://gateway.ai.cloudflare.com/v1/ACCOUNT/NAME/custom-ark',
				'https://gateway.ai.cloudflare.com/v1/ACCOUNT/NAME/custom-ark/api/v3',
			],
		],
	};

	for (const { name, apiPaths } of gateways) {
		it.each(endpoints[name] ?? [])(`${name}: %s`, (pasted, base) => {
			expect(normalizeBaseUrl(pasted, apiPaths)).toBe(base);
		});
	}

	it.each([
		'',
		'ftp://a.test',
		'file:///etc/passwd',
		'https://user:word@a.test',
		'http://',
		'not a host',
	])('%p is refused, and not repeated', (pasted) => {
		expect(() => normalizeBaseUrl(pasted, { endpoints: /$/ })).toThrow(
			'the base URL in the credential is not an http or https address',
		);
	});
});
