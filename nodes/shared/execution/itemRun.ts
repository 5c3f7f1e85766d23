import { randomBytes } from 'node:crypto';
import type { Slot } from '../concurrency/adaptiveLimiter';
import { GenerationError } from '../errors/failure';
import { createRedactor } from '../errors/redact';
import type { ItemResult } from '../output/itemResult';
import { nameWithoutUrl } from '../files/fileName';
import { createReceivedFiles } from '../files/receivedFiles';
import { withPurchase } from '../output/itemFailure';
import { startDeadline } from '../time/deadline';
import {
	loadCredentials,
	type GatewayCredentials,
	type GatewaySession,
} from '../transport/session';
import { createFileCollector, namingOf } from './fileCollector';
import { collectFiles } from './collectFiles';
import type { RunContext } from './context';
import type { Item } from './item';
import { ItemLog } from './itemLog';
import { toFailed, toResults, toUnfinished } from './itemResults';
import type { Job, ResumeUrl } from './job';
import { isReached, pollSubmission } from './pollSubmission';
import { findEarlierPurchase } from './earlierPurchase';
import { submitOrResume, type Submission } from './submitOrResume';

/** Processes one item: submits or resumes its task, polls it, and collects its files. Never throws. */
export async function runItem(run: RunContext, job: Job, slot: Slot): Promise<ItemResult[]> {
	const { context } = run;
	const { itemIndex, gateway, start, output, timeLeftSeconds = output.timeout } = job;
	const deadline = startDeadline(
		timeLeftSeconds,
		context.getExecutionCancelSignal(),
		output.timeout,
	);
	try {
		const loaded = await loadCredentials(context, gateway, itemIndex);
		const credentials = 'resumeUrl' in start ? redactToo(loaded, start.resumeUrl) : loaded;
		return await processItem(openItem(run, job, { context, gateway, credentials, deadline }), slot);
	} catch (error) {
		const known =
			'taskId' in start
				? { taskId: start.taskId, recoverable: 'unconfirmed' as const }
				: findEarlierPurchase(run.ledger, job);
		return [{ failed: withPurchase({ itemIndex, gateway, error }, known) }];
	} finally {
		deadline.close();
	}
}

/** The gateway may repeat the URL when it rejects the request. */
function redactToo(credentials: GatewayCredentials, resumeUrl?: ResumeUrl): GatewayCredentials {
	if (resumeUrl === undefined) return credentials;
	const redactSecret = createRedactor(resumeUrl.secret);
	return { ...credentials, redact: (text) => redactSecret(credentials.redact(text)) };
}

function openItem(run: RunContext, job: Job, session: GatewaySession): Item {
	const { redact } = session.credentials;
	const log = new ItemLog(run.purchaseLog, job, redact);
	// The content is not known when its storing begins, and n8n keeps the name of that moment.
	const received = createReceivedFiles(run.context, (extension, index) =>
		nameWithoutUrl({ extension }, namingOf(job, { index }), randomBytes(4).toString('hex'), redact),
	);
	const item = { run, job, session, log, received };
	return { ...item, files: createFileCollector(item) };
}

async function processItem(item: Item, slot: Slot): Promise<ItemResult[]> {
	let submission: Submission | undefined;
	try {
		submission = await submitOrResume(item);
		item.run.limiter.onSubmitted(slot);
		const outcome = await pollSubmission(item, submission);
		const { result } = outcome;
		if (!result || !isReached(item.job.goal, result)) {
			return [toUnfinished(item, submission, outcome)];
		}
		const collected = await collectFiles(item, submission, result);
		return toResults(item, submission, result, collected);
	} catch (error) {
		return [toThrown(item, submission, error)];
	}
}

/** The output of an item in which something was thrown. */
function toThrown(item: Item, submission: Submission | undefined, error: unknown): ItemResult {
	const { job, session } = item;
	const { taskId, recorder, isConfirmed } = submission ?? {};
	if (!(error instanceof GenerationError)) {
		const known = taskId === undefined ? {} : { taskId: session.credentials.redact(taskId) };
		return { failed: { itemIndex: job.itemIndex, gateway: job.gateway, error, ...known } };
	}
	const { failure } = error;
	if (!isConfirmed && failure.kind === 'taskNotFound') {
		recorder?.onNotFound({ ...failure, ...(taskId === undefined ? {} : { taskId }) });
	}
	return toFailed(item, submission, failure);
}
