'use strict';

const path = require('node:path');
const base = require('../../jest.config.cjs');

/**
 * The end-to-end tests. tools/e2e.mts starts the n8n that they speak to and says where it is.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	rootDir: path.join(__dirname, '..', '..'),
	testMatch: ['<rootDir>/test/e2e/**/*.test.mts'],
	// Most of the time they wait for n8n, which looks once a minute for what is due, so no file need wait for another.
	maxWorkers: 4,
	// A set of four at 2K is drawn, sent, stored and written; ten times what that takes.
	testTimeout: 120_000,
};
