import { isPrivateAddress } from '../../nodes/shared/media/address.js';

it.each([
	'http://127.0.0.1/x',
	'http://127.1/x',
	'http://2130706433/x',
	'http://0x7f.1/x',
	'http://0/x',
	'http://10.1.2.3/x',
	'http://172.16.0.1/x',
	'http://172.31.255.255/x',
	'http://192.168.1.1:8080/x',
	'http://169.254.169.254/latest/meta-data',
	'http://100.64.0.1/x',
	'https://localhost/x',
	'https://LOCALHOST./x',
	'http://n8n.localhost/x',
	'http://printer.local/x',
	'http://metadata.google.internal/x',
	'http://[::1]/x',
	'http://[::]/x',
	'http://[fd00::1]/x',
	'http://[fe80::1]/x',
	'http://[::ffff:127.0.0.1]/x',
])('%s is private', (link) => {
	expect(isPrivateAddress(link)).toBe(true);
});

it.each([
	'https://gptunnel.ru/x',
	'https://storage.yandexcloud.net/x',
	'http://8.8.8.8/x',
	'http://172.32.0.1/x',
	'http://100.128.0.1/x',
	'http://192.169.0.1/x',
	'http://[2a00:1450::1]/x',
	'https://localhost.example.com/x',
	'https://10.example.com/x',
])('%s is public', (link) => {
	expect(isPrivateAddress(link)).toBe(false);
});
