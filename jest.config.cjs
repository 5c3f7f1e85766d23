'use strict';

/** Packages that the tests use and that ship as ES modules alone: file-type, and what it is made of. */
const ES_MODULES =
	'(file-type|strtok3|token-types|uint8array-extras|@tokenizer/inflate|@borewit/text-codec)';

const toCommonJs = (syntax) => [
	'@swc/jest',
	{ jsc: { parser: { syntax }, target: 'es2022' }, module: { type: 'commonjs' } },
];

/**
 * Tests run in process, compiled to CommonJS by swc: no type check here (that is `tsc`'s work), so a
 * run starts at once. The end-to-end tests in test/e2e start a whole n8n, and have a configuration of their own.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/{unit,engine,sandbox,clients,property,golden}/**/*.test.mts'],
	// The built nodes and credentials are plain JavaScript and are tested as they ship.
	transform: {
		'^.+\\.m?ts$': toCommonJs('typescript'),
		[`/node_modules/${ES_MODULES}/.+\\.js$`]: toCommonJs('ecmascript'),
	},
	transformIgnorePatterns: [`/node_modules/(?!${ES_MODULES}/)`],
	// `js` first: nearly everything without an extension is in node_modules.
	moduleFileExtensions: ['js', 'json', 'ts', 'mts', 'cjs', 'mjs', 'node'],
	// ES module imports name the file as it will be called when compiled. What really has that name
	// (in node_modules) is found by the second entry of each list.
	moduleNameMapper: {
		'^(\\.{1,2}/.*)\\.mjs$': ['$1.mts', '$1.mjs'],
		'^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts'],
	},
	// More than there are processors, since many tests wait most of their time.
	maxWorkers: 4,
	// A snapshot that is missing is a failure, and none is written by the way: that takes `-u`.
	ci: true,
	testSequencer: '<rootDir>/test/support/longestFirst.cjs',
	// Tests that may run side by side in one file wait most of their time.
	maxConcurrency: 10,
	// Loading n8n's engine, or five hundred mutated answers, take many seconds on a busy machine; a test that hangs still ends.
	testTimeout: 120_000,
	reporters: ['default', '<rootDir>/test/support/summaryReporter.cjs'],
};
