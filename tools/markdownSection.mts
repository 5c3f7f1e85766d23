/** Returns a document with a section replaced, or added at its end. A tool writes only between its own marks. */
export function withSection(document: string, name: string, text: string): string {
	const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
	const section = `${begin}\n\n${text.trim()}\n\n${end}`;
	const from = document.indexOf(begin);
	const to = document.indexOf(end);
	if (from < 0 || to < from) return `${document.trimEnd()}\n\n${section}\n`;
	return document.slice(0, from) + section + document.slice(to + end.length);
}

/** Returns the text between the marks of a section, or undefined if there is none. */
export function sectionOf(document: string, name: string): string | undefined {
	return new RegExp(`<!-- ${name}:begin -->([\\s\\S]*)<!-- ${name}:end -->`)
		.exec(document)?.[1]
		?.trim();
}
