import { cleanBaseUrl, cleanKey, keyHider } from '../../nodes/shared/gateways/access.js';
import { gateways } from '../../nodes/shared/gateways/registry.js';

it.each([
	['sk-1', 'sk-1'],
	['  sk-1\n', 'sk-1'],
	['Bearer sk-1', 'sk-1'],
	['bearer  sk-1 ', 'sk-1'],
	['Authorization: Bearer sk-1', 'sk-1'],
	['"sk-1"', 'sk-1'],
	['sk- 1', 'sk-1'],
	['bearer-of-news', 'bearer-of-news'],
	['', ''],
])('the key in %p is %p', (pasted, key) => {
	expect(cleanKey(pasted)).toBe(key);
});

describe('hiding a key', () => {
	const key = 'sk-9f/Qz+7c0b1d==k2';
	const hide = keyHider(key);

	it.each([
		['as it is', `bad key ${key}, sorry`, 'bad key …, sorry'],
		['twice', `${key}${key}`, '……'],
		['in a link', `https://a.test/?key=${encodeURIComponent(key)}&x=1`, 'https://a.test/?key=…&x=1'],
		['as JSON may write it', '{"key":"sk-9f\\/Qz+7c0b1d==k2"}', '{"key":"…"}'],
		['cut off at the end', 'bad key sk-9f/Qz+7c', 'bad key …'],
		['cut off at the end, in a link', 'https://a.test/?key=sk-9f%2FQz%2B7c0', 'https://a.test/?key=…'],
		['not at all', 'bad key', 'bad key'],
	])('%s', (_how, text, shown) => {
		expect(hide(text)).toBe(shown);
	});

	it.each(['', 'key', 'a-word-'])('%p is too short to be one', (short) => {
		expect(keyHider(short)('a key is a-word-to hide')).toBe('a key is a-word-to hide');
	});
});

describe('base URLs', () => {
	const endpoints: Record<string, Array<[pasted: string, base: string]>> = {
		gptunnel: [
			['https://gptunnel.ru', 'https://gptunnel.ru'],
			['https://gptunnel.ru/', 'https://gptunnel.ru'],
			['https://gptunnel.ru/v1', 'https://gptunnel.ru'],
			['https://gptunnel.ru/v1/media/generate', 'https://gptunnel.ru'],
			['gptunnel.ru', 'https://gptunnel.ru'],
			['https://proxy.test/gptunnel/v1/media/generate?x=1', 'https://proxy.test/gptunnel'],
		],
		myRouter: [
			['https://api.myrouter.ai/v3/seedream-4.0', 'https://api.myrouter.ai'],
			[' https://api.myrouter.ai// ', 'https://api.myrouter.ai'],
		],
		agentsFlare: [
			['https://api.agentsflare.com/byteplus/v3/images/generations', 'https://api.agentsflare.com'],
			['https://api.agentsflare.com/v1/', 'https://api.agentsflare.com'],
			['http://127.0.0.1:5690/byteplus', 'http://127.0.0.1:5690'],
		],
		modelArk: [
			['https://ark.ap-southeast.bytepluses.com/api/v3', 'https://ark.ap-southeast.bytepluses.com'],
			['https://ark.cn-beijing.volces.com/api/v3/contents/generations/tasks', 'https://ark.cn-beijing.volces.com'],
		],
	};

	for (const { name, apiRoots } of gateways) {
		it.each(endpoints[name] ?? [])(`${name}: %s`, (pasted, base) => {
			expect(cleanBaseUrl(pasted, apiRoots)).toBe(base);
		});
	}

	it.each(['', 'ftp://a.test', 'file:///etc/passwd', 'https://user:word@a.test', 'http://', 'not a host'])('%p is refused, and not repeated', (pasted) => {
		expect(() => cleanBaseUrl(pasted, [])).toThrow('the base URL in the credential is not an http or https address');
	});
});
