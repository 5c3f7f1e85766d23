import type { Source } from '../nodes/shared/generation/request.js';

/** The words for where something is known from. */
export const SOURCE_WORDS: Readonly<Record<Source, string>> = {
	page: 'the gateway’s page',
	docs: 'the vendor’s docs',
	code: 'others’ code',
	guess: 'a guess, untried',
};
