/** A pattern that matches whatever one of several does, in small and capital letters. */
export const anyOf = (...patterns: readonly RegExp[]) =>
	new RegExp(patterns.map(({ source }) => source).join('|'), 'i');

/** A pattern for the end of a URL: a slash, and whatever one of several patterns matches. */
export const endOfPath = (...patterns: readonly RegExp[]) =>
	new RegExp(`/(${patterns.map(({ source }) => source).join('|')})$`);
