import { AxiosHeaders } from 'axios';
import fc from 'fast-check';
import { normalizeApiKey } from '../../nodes/shared/credentials/normalize.js';
import { authenticateWith } from '../../nodes/shared/credentials/authenticate.js';
import { createRedactor } from '../../nodes/shared/errors/redact.js';
import { parseCredentials } from '../../nodes/shared/transport/session.js';
import { gptunnel } from '../../nodes/shared/gateways/gptunnel/index.js';
import { GenerationError } from '../../nodes/shared/errors/failure.js';
import { keyForms } from './support/mutation.mjs';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const ascii = fc.string({
	unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
	minLength: 1,
	maxLength: 60,
});

/** What people paste: a key, with what word processors, chats and web pages put around it and into it, or anything at all. */
const pasted = fc.oneof(
	fc
		.tuple(
			fc.constantFrom('', 'Bearer ', '“', 'Authorization: Bearer ', '"', '\uFEFF'),
			ascii,
			fc.constantFrom('', '\u200B', '\u00A0', '–', 'é', '\u0000'),
			ascii,
			fc.constantFrom('', '”', '"\n'),
		)
		.map((parts) => parts.join('')),
	fc.string({ unit: 'binary', maxLength: 40 }),
);

/** What a request carries, as axios and Node write it, or why there is none. */
async function sent(apiKey: string, scheme: 'Bearer' | ''): Promise<string | GenerationError> {
	try {
		const { headers } = await authenticateWith(scheme, { endpoints: /$^/ })(
			{ apiKey },
			{ url: '/' },
		);
		return String(
			new AxiosHeaders({ Authorization: String(headers?.Authorization) }).get('Authorization'),
		);
	} catch (error) {
		if (error instanceof GenerationError) return error;
		throw error;
	}
}

it.each(['Bearer', ''] as const)(
	'what is sent with the scheme "%s" is what is hidden, in every form, or the key is refused',
	async (scheme) => {
		await fc.assert(
			fc.asyncProperty(
				pasted,
				fc.string({ unit: fc.constantFrom('a', ' ', '/', '=', '…', '"'), maxLength: 8 }),
				async (apiKey, around) => {
					const header = await sent(apiKey, scheme);
					const open = () =>
						parseCredentials({ apiKey, baseUrl: 'https://gateway.test' }, gptunnel);
					if (header instanceof GenerationError) {
						expect(open).toThrow(header.message);
						return;
					}
					const key = scheme === '' ? header : header.replace(/^Bearer /, '');
					expect(key).toMatch(/^[!-~]+$/);
					expect(normalizeApiKey(apiKey)).toBe(key);
					const { redact } = open();
					// With what follows it, such a key reads as an escape, and no longer as the key.
					const endsAsEscape = /[%\\&][\da-z]?$/i.test(key);
					for (const form of keyForms(key)) {
						// Nobody escapes the slashes of a key and not its last backslash: `\)` after it reads as an escape.
						const isHalfEscaped =
							form !== key && key.endsWith('\\') && form === key.replaceAll('/', '\\/');
						if (!isHalfEscaped) expect(redact(`(${form})`)).not.toContain(form);
						if (key.length >= 8 && !endsAsEscape)
							expect(redact(around + form + around)).not.toContain(form);
					}
				},
			),
			{ numRuns: RUNS },
		);
	},
);

it('a text without the key stays as it is, but for where it was cut off', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
			fc.pre(!/…|\.{3}/.test(text));
			expect(createRedactor('sk-9f/Qz+7c0b1d==k2')(text)).toBe(text);
		}),
		{ numRuns: RUNS },
	);
});
