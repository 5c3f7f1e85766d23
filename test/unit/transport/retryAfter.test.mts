import { parseRetryAfter } from '../../../nodes/shared/transport/retryAfter.js';

const now = Date.parse('2026-01-05T10:00:00Z');

it.each([
	['12', 12],
	[' 3 ', 3],
	['0.5', 0.5],
	['Mon, 05 Jan 2026 10:00:30 GMT', 30],
	['Mon, 05 Jan 2026 09:59:30 GMT', undefined],
	['0', undefined],
	['', undefined],
	['soon', undefined],
	['-5', undefined],
])('Retry-After: %p', (header, seconds) => {
	expect(parseRetryAfter(header, now)).toBe(seconds);
});
