import fc from 'fast-check';
import {
	baseNameOfLink,
	fileNameFor,
	isLink,
	linkFrom,
	signedLinkExpiry,
} from '../../../nodes/shared/media/url.js';

// The link of gptunnel-seedream-4.md.
const LINK =
	'https://ark-content-generation-v2-ap-southeast-1.tos-ap-southeast-1.volces.com/seedream-4-0/021761727389240f77831a0a17adee8e985c3ef7c2c9d7cc87e8d_0.jpeg?X-Tos-Algorithm=TOS4-HMAC-SHA256&X-Tos-Date=20251029T084321Z&X-Tos-Expires=86400&X-Tos-SignedHeaders=host';

it('reads from the page’s own link when it dies', () => {
	expect(signedLinkExpiry(LINK)?.toISOString()).toBe('2025-10-30T08:43:21.000Z');
	expect(
		signedLinkExpiry('https://storage.yandexcloud.net/timenote/exp48h/x.webp'),
	).toBeUndefined();
});

it.each([
	// TOS, S3, Google Cloud Storage and OSS, of version 4; the case of a name tells no signers apart.
	['X-Amz-Date=20261130T100000Z&X-Amz-Expires=3600', '2026-11-30T11:00:00.000Z'],
	['x-goog-date=20261130T100000Z&x-goog-expires=60', '2026-11-30T10:01:00.000Z'],
	['x-oss-date=20261130T100000Z&x-oss-expires=86400', '2026-12-01T10:00:00.000Z'],
	// Seconds in Unix time.
	['OSSAccessKeyId=a&Expires=1796040000&Signature=b', '2026-11-30T12:00:00.000Z'],
	['expires=1796040000', '2026-11-30T12:00:00.000Z'],
	['x-oss-signature-version=OSS2&x-oss-expires=1796040000', '2026-11-30T12:00:00.000Z'],
	['x-expires=1796040000&x-signature=b', '2026-11-30T12:00:00.000Z'],
	['e=1796040000&token=b', '2026-11-30T12:00:00.000Z'],
	['q-sign-algorithm=sha1&q-sign-time=1796036400%3B1796040000', '2026-11-30T12:00:00.000Z'],
	['q-sign-time=1796036400;1796040000', '2026-11-30T12:00:00.000Z'],
	// Azure.
	['sv=2024-11-04&se=2026-11-30T12%3A00%3A00Z&sig=b', '2026-11-30T12:00:00.000Z'],
	['se=2026-11-30T12%3A00Z&sig=b', '2026-11-30T12:00:00.000Z'],
	['se=2026-12-01&sig=b', '2026-12-01T00:00:00.000Z'],
	// The first to end.
	[
		'X-Tos-Date=20261130T100000Z&X-Tos-Expires=86400&x-expires=1796040000',
		'2026-11-30T12:00:00.000Z',
	],
	// Not told, or no date.
	['Expires=86400', undefined],
	['Expires=1796040000000', undefined],
	['Expires=never', undefined],
	['se=5', undefined],
	['se=2026-99-99T99:99:99Z&sig=b', undefined],
	['X-Tos-Date=20261130T100000Z&X-Tos-Expires=99999999999999999999', undefined],
	['X-Tos-Date=20269930T100000Z&X-Tos-Expires=60', undefined],
	['X-Tos-Date=20261130T100000Z', undefined],
])('reads when a link dies from %s', (query, expected) => {
	expect(signedLinkExpiry(`https://files.test/fox.png?${query}`)?.toISOString()).toBe(expected);
});

it('names a file as the link does', () => {
	expect(baseNameOfLink(LINK)).toBe('021761727389240f77831a0a17adee8e985c3ef7c2c9d7cc87e8d_0');
	expect(baseNameOfLink('https://a.test/')).toBe('');
	expect(baseNameOfLink('https://a.test/%E0%A4%A')).toBe('%E0%A4%A');
	expect(baseNameOfLink('https://a.test/o/images%2Ffox.png?alt=media')).toBe('fox');
});

it.each([
	['https://a.test/x', true],
	['http://a.test/x', true],
	['ftp://a.test/x', false],
	['data:image/png;base64,AAAA', false],
	['javascript:alert(1)', false],
	['fox', false],
	['https://a.test/x\ny', false],
	[`https://a.test/${'x'.repeat(10_000)}`, false],
])('%.40s is a link: %p', (text, expected) => {
	expect(isLink(text)).toBe(expected);
});

it.each([
	['https://a.test/x', 'https://a.test/x'],
	[' //cdn.gptunnel.ru/paid.png ', 'https://cdn.gptunnel.ru/paid.png'],
	['//cdn/x.webp', 'https://cdn/x.webp'],
	['cdn.gptunnel.ru/files/paid.png?key=1', 'https://cdn.gptunnel.ru/files/paid.png?key=1'],
	['cdn.gptunnel.ru:8443/paid.png', 'https://cdn.gptunnel.ru:8443/paid.png'],
	['/files/paid.png', undefined],
	['pending', undefined],
	['task.failed/500', undefined],
	['see cdn.gptunnel.ru/paid.png', undefined],
	['//9j/4AAQSkZJRgABAQ==', undefined],
	['javascript:alert(1)', undefined],
])('the link in %p is %p', (text, link) => {
	expect(linkFrom(text)).toBe(link);
});

describe('file names', () => {
	it.each([
		['fox', undefined, 'fox.png'],
		['fox.jpeg', undefined, 'fox.png'],
		['fox.final.jpg', undefined, 'fox.final.png'],
		['Fox v1.5', undefined, 'Fox v1.5.png'],
		[
			'A red fox in fresh snow at sunrise, photographed from a low angle, for the spring page',
			undefined,
			'A red fox in fresh snow at sunrise, photographed from a low angle, for the spring page.png',
		],
		[`${'x'.repeat(251)}.jpeg`, undefined, `${'x'.repeat(251)}.png`],
		['x'.repeat(252), undefined, `${'x'.repeat(251)}.png`],
		['x'.repeat(300), 12, `${'x'.repeat(248)}-12.png`],
		[`${'x'.repeat(247)}🦊🦊`, undefined, `${'x'.repeat(247)}🦊.png`],
		[`${'x'.repeat(248)}🦊`, undefined, `${'x'.repeat(248)}.png`],
		['лиса'.repeat(40), undefined, `${'лиса'.repeat(31)}л.png`],
		['31/01/2026', undefined, '31_01_2026.png'],
		['31/01/2026.png', undefined, '31_01_2026.png'],
		['a::b', undefined, 'a__b.png'],
		['../../etc/passwd', undefined, '_.._etc_passwd.png'],
		['C:\\pictures\\fox', undefined, 'C__pictures_fox.png'],
		['fox\u202Egnp.exe', undefined, 'foxgnp.exe.png'],
		['\u200Fلعبة\u2066', undefined, 'لعبة.png'],
		['fox\u2028two\uD800', undefined, 'fox_two_.png'],
		['CON', undefined, '_CON.png'],
		['lpt1.final', undefined, '_lpt1.final.png'],
		['Con .jpg', undefined, '_Con.png'],
		['content', undefined, 'content.png'],
		['.hidden', undefined, 'hidden.png'],
		['', undefined, 'file.png'],
		['fox', 2, 'fox-2.png'],
		['лиса', undefined, 'лиса.png'],
	])('%p becomes a safe name', (wanted, number, expected) => {
		expect(fileNameFor(wanted, 'png', number)).toBe(expected);
	});

	it('whatever is wanted, the name is safe', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (wanted) => {
				const name = fileNameFor(wanted, 'png');
				expect(name).toMatch(/^[^/\\<>:"|?*\p{Cc}]+\.png$/u);
				expect(name.startsWith('.')).toBe(false);
				expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
				expect(name).not.toMatch(/\p{Bidi_Control}|\p{Cs}/u);
				expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i);
			}),
		);
	});
});
