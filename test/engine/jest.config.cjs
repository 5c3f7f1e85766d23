'use strict';

const path = require('node:path');
const base = require('../../jest.config.cjs');

/** The modules of the n8n whose engine is to be tested: tools/engine.mts says where it is. */
const modules = process.env.ENGINE_MODULES;
const ofEngine = ['n8n-core', 'n8n-workflow', 'zod'];

/**
 * The tests on n8n's engine, on that of an installed n8n in place of the checkout's own.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...base,
	rootDir: path.join(__dirname, '..', '..'),
	// The engine of n8n 1.123 keeps a timer: jest ends its workers, but not itself, where a single file is run.
	workerIdleMemoryLimit: '2GB',
	testMatch: ['<rootDir>/test/engine/**/*.test.mts'],
	// It is about what the engine of n8n 2 does with any node.
	testPathIgnorePatterns: process.env.TEST_N8N === '1' ? ['harness\\.test'] : [],
	moduleNameMapper: {
		...base.moduleNameMapper,
		...(modules &&
			Object.fromEntries(ofEngine.map((name) => [`^${name}$`, path.join(modules, name)]))),
	},
};
