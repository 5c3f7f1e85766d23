const DISJUNCTION = new Intl.ListFormat('en', { type: 'disjunction' });

/** Joins texts as in "a or b", or "a, b, or c". */
export const joinOr = (texts: readonly string[]) => DISJUNCTION.format(texts);
