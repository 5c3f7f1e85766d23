'use strict';

const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Files that take the longest, by their pauses or their number of rows. One that starts last is waited for alone, and
 * where nothing was run before, jest goes by the size of the files, which says nothing of that.
 */
const LONGEST = [
	'errors/faultTable',
	'execution/tasks',
	'nodes/seedream',
	'execution/retryOnFail',
	'durableWait/retries',
	'durableWait/pauseExecution',
	'nodes/matrix',
	'nodes/seedance',
	'ledger/chargedResponses',
	'gateways/mutatedResponses',
];

const rank = ({ path }) => {
	const found = LONGEST.findIndex((name) => path.endsWith(`/engine/${name}.test.mts`));
	return found < 0 ? LONGEST.length : found;
};

module.exports = class LongestFirst extends Sequencer {
	async sort(tests) {
		const sorted = await super.sort(tests);
		return sorted.sort((one, other) => rank(one) - rank(other));
	}
};
