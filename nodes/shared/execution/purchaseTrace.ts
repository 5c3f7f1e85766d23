import { LEFT_BEHIND, MediaError } from '../errors/failure';
import { traceOf, type Bought, type Submissions } from '../ledger/purchaseLedger';
import { withTrace, type Failed, type Trace } from '../output/nodeError';
import type { Job } from './job';

/** What an earlier try has bought for an item; of one whose form cannot be read, whatever it asked for. */
function recallFor(submissions: Submissions, job: Job | Failed): Bought | undefined {
	const { itemIndex } = job;
	return 'start' in job && 'asked' in job.start ? submissions.of(itemIndex, job.start.asked).recall() : submissions.boughtFor(itemIndex);
}

/** By what that is found at the gateway. */
export const boughtBefore = (submissions: Submissions, job: Job | Failed): Trace => traceOf(recallFor(submissions, job));

/** An item that has no turn any more, with what was bought for it before, or how that failed. */
export function leftBehind(submissions: Submissions, job: Job | Failed): Failed {
	const { itemIndex, gateway } = job;
	const bought = recallFor(submissions, job);
	const failed = { itemIndex, ...(gateway ? { gateway } : {}) };
	if (bought && 'failure' in bought) return { ...failed, error: new MediaError(bought.failure) };
	return withTrace({ ...failed, error: new MediaError(LEFT_BEHIND) }, traceOf(bought));
}
