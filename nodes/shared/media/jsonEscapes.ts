/** Resolves the escapes in the content of a JSON string, piece by piece. */
export interface JsonUnescaper {
	/** Takes the next bytes, and returns their characters: of those beyond ASCII, one for each byte. */
	push(bytes: Uint8Array): string;
	/** Whether JSON allows all that has come. */
	isValid(): boolean;
}

/** An escape that is not complete yet. */
const OPEN_ESCAPE = /\\(u[\da-f]{0,3})?$/i;

const ESCAPE = /\\(?:u([\da-f]{4})|([^]))/gi;

const SHORT_ESCAPES: Record<string, string> = {
	'"': '"',
	'\\': '\\',
	'/': '/',
	b: '\b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
};

/** JSON has these as escapes alone. */
const CONTROL_CHARACTER = /[^\u0020-\uffff]/;

/** Creates one for the content of one string. */
export function createJsonUnescaper(): JsonUnescaper {
	let open = '';
	let isValid = true;
	const resolve = (escape: string, code?: string, short = ''): string => {
		if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
		const resolved = SHORT_ESCAPES[short];
		isValid &&= resolved !== undefined;
		return resolved ?? escape;
	};
	return {
		push(bytes) {
			const text =
				open + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
			isValid &&= !CONTROL_CHARACTER.test(text);
			open = text.includes('\\') ? openEscape(text) : '';
			const whole = open === '' ? text : text.slice(0, -open.length);
			return whole.includes('\\') ? whole.replace(ESCAPE, resolve) : whole;
		},
		isValid: () => isValid && open === '',
	};
}

/** A backslash at the end opens an escape, unless it ends one. */
function openEscape(text: string): string {
	const [escape = ''] = OPEN_ESCAPE.exec(text) ?? [];
	if (escape === '') return '';
	const start = text.length - escape.length;
	let backslashes = 0;
	while (text[start - backslashes - 1] === '\\') backslashes++;
	return backslashes % 2 === 0 ? escape : '';
}
