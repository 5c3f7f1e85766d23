import { fileSourceFrom } from '../../../nodes/shared/generation/fileSource.js';
import { picture } from '../../support/pictures.mjs';

const base64 = async (format: 'png' | 'jpeg' | 'webp') =>
	(await picture(64, 64, format)).toString('base64');

it.each(['png', 'jpeg', 'webp'] as const)(
	'takes a %s in base64 for what it is, in place of a link',
	async (format) => {
		const data = await base64(format);
		expect(fileSourceFrom(data)).toEqual({ base64: data });
		expect(fileSourceFrom(` data:image/${format};base64,${data}\n`)).toEqual({
			base64: `data:image/${format};base64,${data}`,
		});
		const broken = data.replace(/.{76}/g, '$&\r\n').trim();
		expect(fileSourceFrom(broken)).toEqual({ base64: broken });
	},
);

it.each([
	['https://files.test/fox.png', { url: 'https://files.test/fox.png' }],
	['//files.test/fox.png', { url: 'https://files.test/fox.png' }],
	[
		'DATA:video/mp4;charset=binary;base64,AAAA',
		{ base64: 'DATA:video/mp4;charset=binary;base64,AAAA' },
	],
	['data:image/svg+xml,%3Csvg%3E', undefined],
	['processing', undefined],
	['abcd'.repeat(50), undefined],
	['', undefined],
])('%s', (text, source) => {
	expect(fileSourceFrom(text)).toEqual(source);
});
