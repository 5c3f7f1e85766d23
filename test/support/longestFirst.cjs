'use strict';

const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Files that take the longest, by their pauses or their number of rows. One that starts last is waited for alone, and
 * where nothing was run before, jest goes by the size of the files, which says nothing of that.
 */
const LONGEST = [
	'faultTable',
	'tasks',
	'seedream',
	'retries',
	'pausingRetries',
	'pausing',
	'matrix',
	'seedance',
	'paid',
	'answers',
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
