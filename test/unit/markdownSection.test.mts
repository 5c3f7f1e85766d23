import { sectionOf, withSection } from '../../tools/markdownSection.mjs';

describe('a section of a document', () => {
	const written = withSection('# Results\n\nFigures.\n', 'soak', 'An hour.\n');

	it('is put at the end, and found again', () => {
		expect(written).toBe(
			'# Results\n\nFigures.\n\n<!-- soak:begin -->\n\nAn hour.\n\n<!-- soak:end -->\n',
		);
		expect(sectionOf(written, 'soak')).toBe('An hour.');
		expect(sectionOf('# Results\n', 'soak')).toBeUndefined();
	});

	it('is put in the place of the one that is there, and nothing else is touched', () => {
		const changed = withSection(`${written}\nMore.\n`, 'soak', 'Two hours.');
		expect(changed).toBe(
			'# Results\n\nFigures.\n\n<!-- soak:begin -->\n\nTwo hours.\n\n<!-- soak:end -->\n\nMore.\n',
		);
	});
});
