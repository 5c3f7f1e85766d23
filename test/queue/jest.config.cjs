'use strict';

const path = require('node:path');
const base = require('../../jest.config.cjs');

/**
 * The tests in queue mode. tools/queue.mts prepares what they start: Redis, PostgreSQL, an n8n main and two workers.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	rootDir: path.join(__dirname, '..', '..'),
	testMatch: ['<rootDir>/test/queue/**/*.test.mts'],
	maxWorkers: 1,
	// Forty executions of each example on two cores; and n8n notices after a minute or two that a worker is gone.
	testTimeout: 600_000,
};
