'use strict';

const path = require('node:path');
const base = require('../../jest.config.cjs');

/**
 * The tests of the editor in a browser. tools/browser.mts starts the n8n that they open.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	rootDir: path.join(__dirname, '..', '..'),
	testMatch: ['<rootDir>/test/browser/**/*.test.mts'],
	// Browser, n8n and sandbox are enough for two cores; and what one file leaves in n8n, another would see.
	maxWorkers: 1,
	// Ten times what the longest takes.
	testTimeout: 180_000,
};
