'use strict';

/**
 * Jest reporter whose last line on stdout is `N passed, N failed` (and `, N skipped` if any were).
 * A test file that could not even be loaded counts as one failed.
 */
class SummaryReporter {
	/** @param {import('@jest/reporters').AggregatedResult} results of the whole run */
	onRunComplete(_testContexts, results) {
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		const skipped = results.numPendingTests + results.numTodoTests;
		const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
		// Jest's own summary comes after every other reporter; only at exit nothing follows.
		process.once('exit', () => process.stdout.write(`${line}\n`));
	}
}

module.exports = SummaryReporter;
