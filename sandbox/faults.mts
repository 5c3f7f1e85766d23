import type { ZodError, ZodIssue } from 'zod';

/** One thing wrong with a request, before a gateway words it in its own way. */
export interface Fault {
	/** dotted place in the body, e.g. "images.0"; empty for the body itself */
	path: string;
	/** what would have been right, e.g. "string" or "'1K' | '2K'" */
	expected: string;
	message: string;
	/** the field is required and was not sent */
	missing: boolean;
}

/** Translates what zod found into faults, one for each wrong or unknown field. */
export function faultsOf(error: ZodError): Fault[] {
	return error.issues.flatMap(faultsOfIssue);
}

function faultsOfIssue(issue: ZodIssue): Fault[] {
	const path = issue.path.join('.');
	switch (issue.code) {
		case 'unrecognized_keys':
			return issue.keys.map((key) => ({
				path: [...issue.path, key].join('.'),
				expected: 'undefined',
				message: `unknown parameter "${key}"`,
				missing: false,
			}));
		case 'invalid_type':
			return [
				{
					path,
					expected: issue.expected,
					message: issue.message,
					missing: issue.received === 'undefined',
				},
			];
		case 'invalid_enum_value':
		case 'invalid_union_discriminator': {
			const expected = issue.options.map((option) => `'${String(option)}'`).join(' | ');
			return [{ path, expected, message: issue.message, missing: false }];
		}
		case 'invalid_union':
			return [{ path, expected: 'another type', message: issue.message, missing: false }];
		default:
			return [{ path, expected: issue.message, message: issue.message, missing: false }];
	}
}

/** All faults in one line of text: `size: …; prompt: …`. */
export function faultsText(faults: Fault[]): string {
	return faults
		.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
		.join('; ');
}
