import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { MAX_FILES_OF_TASK, SPARE_FILES } from '../generation/defaults';
import { collect, collectAgain, type Collected } from '../files/collect';
import { withSignal, noResultWithin, shareDeadline, startDeadline } from '../time/deadline';
import { withPurchase, type ItemFailure } from '../output/nodeError';
import type { FileNaming } from '../files/fileName';
import { loadCredentials, type GatewaySession } from '../transport/session';
import type { Slot, AdaptiveConcurrencyLimiter } from '../concurrency/adaptiveLimiter';
import { fetchTaskStatus } from '../polling/fetchTaskStatus';
import type { PollScheduler } from '../polling/scheduler';
import type { Semaphore } from '../concurrency/semaphore';
import {
	filesInLog,
	requestInLog,
	traceInLog,
	type CancellationLog,
} from '../ledger/cancellationLog';
import type { StoredFileReference } from '../ledger/purchase';
import type { PurchaseLedger } from '../ledger/purchaseLedger';
import { bindWithImages, submit } from './submit';
import { GOALS } from '../polling/goals';
import { pollUntil, type PollOptions, type PollOutcome } from '../polling/pollTask';
import { toResultSource, type Job, type PreparedRequest } from './job';
import {
	ABANDONED,
	GenerationError,
	oneLine,
	type Failure,
	type FailureKind,
} from '../errors/failure';
import { isFree, shownFailure } from '../errors/retryPolicy';
import type { GeneratedFile, GenerationResult } from '../generation/result';
import { isTerminal } from '../generation/task';
import {
	createRecorder,
	type PurchaseRecorder,
	type EarlierPurchase,
} from '../ledger/purchaseRecord';
import { findEarlierPurchase } from './purchaseTrace';
import { toResultItem } from '../output/resultItem';

/** One place of the output: an item, or what failed there. */
export type ItemResult = { itemIndex: number; item: INodeExecutionData } | { failed: ItemFailure };

/** What the items of one run have in common. */
export interface RunContext {
	context: IExecuteFunctions;
	cancellationLog: CancellationLog;
	ledger: PurchaseLedger;
	scheduler: PollScheduler;
	limiter: AdaptiveConcurrencyLimiter;
	/** Room for files on their way from the gateway's storage. */
	downloads: Semaphore;
	/** Ends the waits: an item has failed, and the node with it. */
	nodeFailed: AbortSignal;
}

/** Does the work of one job: buys or takes up a task, watches it, and collects its files. Never throws. */
export async function runItem(run: RunContext, job: Job, slot: Slot): Promise<ItemResult[]> {
	const { context } = run;
	const { itemIndex, gateway } = job;
	const deadline = startDeadline(
		job.timeLeft ?? job.output.timeout,
		context.getExecutionCancelSignal(),
		job.output.timeout,
	);
	try {
		const credentials = await loadCredentials(context, gateway, itemIndex);
		return await new ItemRun(run, { context, gateway, credentials, deadline }, job, slot).run();
	} catch (error) {
		const { start } = job;
		const failed = { itemIndex, gateway, error };
		return [
			{
				failed:
					'taskId' in start
						? withPurchase(failed, { taskId: start.taskId, recoverable: 'unconfirmed' })
						: withPurchase(failed, findEarlierPurchase(run.ledger, job)),
			},
		];
	} finally {
		deadline.close();
	}
}

/** After these a poll of the task brings nothing more. */
const LOST: ReadonlySet<FailureKind> = new Set(['taskFailed', 'taskNotFound', 'contentRefused']);

/** A task whose state could not be seen just now. */
const NOT_SEEN: GenerationResult = { files: [], failedFiles: [], metadata: { status: 'running' } };

/** The way of one job. It knows how far it has come, so that whatever fails names the task. */
class ItemRun {
	private taskId: string | undefined;

	/** What was known of a task when it was created, or all that was made. */
	private initialResult: GenerationResult | undefined;

	/** When the order was sent, by the scheduler's clock. */
	private submittedAtMs: number | undefined;

	/** Whether the order was sent here, and not refused before any work. */
	private isSent = false;

	/** When an earlier run of the node bought the task, where it did. */
	private purchasedAt: Date | undefined;

	/** What the next try of the node will know of the paid request, once that is made. */
	private recorder: PurchaseRecorder | undefined;

	/** Whether the task is there: it was created here, or has been seen. */
	private isConfirmed = false;

	/** Files that came as data in an earlier try of the node. */
	private storedFiles: readonly StoredFileReference[] = [];

	/** Every file that is being collected. */
	private readonly files: GeneratedFile[] = [];

	private readonly collecting: Array<Promise<Collected>> = [];

	constructor(
		private readonly common: RunContext,
		private readonly session: GatewaySession,
		private readonly job: Job,
		private readonly slot: Slot,
	) {}

	async run(): Promise<ItemResult[]> {
		try {
			await this.submitOrResume();
			this.common.limiter.onSubmitted(this.slot);
			const watched = await this.watch();
			const { result: latest } = watched;
			return latest && this.isEnough(latest) ? await this.finish(latest) : this.unfinished(watched);
		} catch (error) {
			if (error instanceof GenerationError) {
				if (!this.initialResult && this.taskId === undefined)
					this.recorder?.onRejected(error.failure);
				else if (!this.isConfirmed && error.failure.kind === 'taskNotFound')
					this.recorder?.onNotFound({
						...error.failure,
						...(this.taskId === undefined ? {} : { taskId: this.taskId }),
					});
				return [this.failed(error.failure)];
			}
			const { taskId, job, session } = this;
			const told = taskId === undefined ? {} : { taskId: session.credentials.redact(taskId) };
			return [{ failed: { itemIndex: job.itemIndex, gateway: job.gateway, error, ...told } }];
		}
	}

	/** Buys what is asked for, or takes up what was bought before. */
	private async submitOrResume(): Promise<void> {
		const { gateway, start, tasks } = this.job;
		if ('taskId' in start) this.taskId = start.taskId;
		else await this.submit(start);
		if (!tasks || this.taskId === undefined) return;
		// What was taken up has been logged by who bought it.
		this.log(
			traceInLog(gateway, { taskId: this.taskId, recoverable: 'confirmed' }),
			this.initialResult !== undefined,
		);
	}

	private async submit(preparedRequest: PreparedRequest): Promise<void> {
		const { itemIndex, gateway, tasks } = this.job;
		const { cancellationLog, ledger, limiter, nodeFailed: leave } = this.common;
		const recorder = createRecorder(
			ledger.of(itemIndex, preparedRequest.requestHash),
			tasks !== undefined,
			this.session.credentials.redact,
		);
		this.recorder = recorder;
		const purchase = recorder.find();
		if (purchase) {
			this.resume(purchase);
			return;
		}
		const exchange = await bindWithImages(this.session, preparedRequest);
		this.initialResult = await submit(this.session, exchange, {
			onSending: () => {
				this.submittedAtMs = this.common.scheduler.clock.now();
				this.isSent = true;
				this.log(requestInLog(gateway));
			},
			onRejected: () => {
				this.isSent = false;
				cancellationLog.clear(itemIndex);
			},
			onFile: (made) => {
				this.logMade([made]);
				this.collect(made);
			},
			mayResubmit: !limiter.isThrottled,
			nodeFailed: leave,
		});
		this.isConfirmed = true;
		this.taskId = this.initialResult.metadata.taskId;
		if (!tasks) this.logMade(this.initialResult.files);
		recorder.onAccepted(this.initialResult, this.files);
	}

	/** What an earlier try of the node has bought is not bought again. */
	private resume(purchase: EarlierPurchase): void {
		if ('failure' in purchase) {
			// It stays in memory as it is.
			this.recorder = undefined;
			throw new GenerationError(purchase.failure);
		}
		this.isConfirmed = !('isUnconfirmed' in purchase && purchase.isUnconfirmed);
		if ('result' in purchase) {
			this.initialResult = purchase.result;
			this.storedFiles = purchase.storedFiles;
		}
		if ('taskId' in purchase) {
			this.taskId = purchase.taskId;
			this.purchasedAt = purchase.purchasedAt;
		} else this.taskId = purchase.result.metadata.taskId;
	}

	/** A gateway may repeat the key in its words. */
	private clean(failure: Failure): Failure {
		return shownFailure(failure, this.session.credentials.redact);
	}

	/** @param isNew whether it was bought just now, and is logged at once */
	private log(what: string | undefined, isNew = false): void {
		if (what === undefined) return;
		const { cancellationLog } = this.common;
		const { itemIndex } = this.job;
		const told = this.session.credentials.redact(what);
		cancellationLog.set(itemIndex, told);
		if (isNew) cancellationLog.logPurchase(itemIndex, told);
	}

	/** There is no task by which these files could be collected. */
	private logMade(files: readonly GeneratedFile[]): void {
		if (files.length > 0) this.log(filesInLog(this.job.gateway, files), true);
	}

	private isEnough({ metadata }: GenerationResult): boolean {
		return GOALS[this.job.goal].acceptsAnyStatus || isTerminal(metadata.status);
	}

	private async watch(): Promise<PollOutcome> {
		const { initialResult, purchasedAt } = this;
		if (initialResult && this.isEnough(initialResult)) return { result: initialResult };
		const { goal } = this.job;
		const watched = await this.poll({ ...(initialResult ? { known: initialResult } : {}), goal });
		if (GOALS[goal].onUnreadable === 'assumeRunning') watched.result ??= NOT_SEEN;
		const { result: latest } = watched;
		// What was said when the task was created, and is not said again, still holds.
		const known = { ...initialResult?.metadata, ...(purchasedAt && { createdAt: purchasedAt }) };
		return latest
			? { ...watched, result: { ...latest, metadata: { ...known, ...latest.metadata } } }
			: watched;
	}

	private async poll(wait: Pick<PollOptions, 'known' | 'goal'>): Promise<PollOutcome> {
		const { taskId, session } = this;
		const { start, tasks, output } = this.job;
		if (taskId === undefined || !tasks) return {};
		const deadline = withSignal(session.deadline, this.common.nodeFailed, ABANDONED);
		const { pollInterval } = output;
		const createdHere = 'model' in start;
		const kind = `${session.gateway.name} ${createdHere ? start.model : ''}`;
		return await pollUntil(
			async () => {
				const now = await fetchTaskStatus({ ...session, deadline }, tasks, taskId);
				this.isConfirmed ||= 'result' in now;
				return now;
			},
			{
				...wait,
				...(this.submittedAtMs === undefined ? {} : { submittedAtMs: this.submittedAtMs }),
				createdHere,
				pollInterval,
				kind,
			},
			deadline,
			this.common.scheduler,
		);
	}

	/** The wait is over, and the task is not. */
	private unfinished({ result: latest, error: lastError, deferBy }: PollOutcome): ItemResult[] {
		const { onTimeout, timeout } = this.job.output;
		if (this.common.nodeFailed.aborted) return [this.failed(ABANDONED)];
		if (latest && onTimeout === 'returnState') return [this.state(latest)];
		const { status, gatewayStatus = status } = latest?.metadata ?? {};
		const url = linkOf(latest?.files[0]);
		const message = [
			deferBy === undefined
				? noResultWithin(timeout)
				: `the gateway asks to wait ${Math.ceil(deferBy)} seconds, which is longer than what is left of the time allowed`,
			status === undefined
				? ''
				: `it was still ${status}${gatewayStatus === status ? '' : ` ("${gatewayStatus}")`}`,
			lastError && lastError.kind !== 'timedOut' ? `the last look: ${lastError.message}` : '',
		];
		return [
			this.failed({
				kind: latest ? 'taskTimedOut' : 'taskNotSeen',
				message: message.filter((part) => part !== '').join(', '),
				...(url === undefined ? {} : { url }),
			}),
		];
	}

	private async finish(result: GenerationResult): Promise<ItemResult[]> {
		const { collectsFiles, failsWithTask } = GOALS[this.job.goal];
		const { files, failedFiles, metadata } = result;
		if (metadata.status !== 'succeeded') {
			if (!isTerminal(metadata.status) || !failsWithTask) return [this.state(result)];
			const failure = result.failure ?? {
				kind: 'taskFailed',
				message: `the state is "${metadata.status}"`,
			};
			return [this.failed(this.recorder?.onTaskFailed(failure, this.taskId) ?? failure)];
		}
		if (!collectsFiles) return [this.state(result)];
		files.forEach((made) => this.collect(made));
		const collected = await Promise.all(this.collecting);
		this.recorder?.onStored(result, collected);
		const count = collected.length + failedFiles.length;
		if (count === 0) return [this.failed({ kind: 'gatewayFailed', message: 'it made no file' })];
		const places = [
			...collected.map((one) => ({
				index: one.file.index,
				place: this.file(one, metadata, count),
			})),
			...failedFiles.map(({ index, failure }) => ({
				index,
				place: this.missed({ ...failure, isPart: collected.length > 0 }, index, count),
			})),
		];
		return places.sort((a, b) => a.index - b.index).map(({ place }) => place);
	}

	/** Begins to collect a file. Those of a set come while the rest of it is still being drawn. */
	private collect(made: GeneratedFile): void {
		const { start, tasks, output } = this.job;
		this.files.push(made);
		if (!tasks) this.log(filesInLog(this.job.gateway, this.files));
		const storedFiles = this.storedFiles.find(({ index }) => index === made.index);
		if (storedFiles) {
			this.collecting.push(Promise.resolve({ file: made, storedFile: storedFiles.file }));
			return;
		}
		const { maxFiles = MAX_FILES_OF_TASK } = 'requestHash' in start ? start : {};
		// A file that came inside the answer has no link, so leaving it out would lose it.
		if ((!output.download || this.files.length > maxFiles + SPARE_FILES) && 'url' in made.source) {
			this.collecting.push(Promise.resolve({ file: made }));
			return;
		}
		const naming: FileNaming = {
			fallback: 'model' in start ? start.model : start.taskId,
			...(output.fileName ? { wanted: output.fileName } : {}),
			...('isSet' in start && start.isSet ? { number: made.index + 1 } : {}),
		};
		const { downloads, nodeFailed: leave } = this.common;
		const session = { ...this.session, deadline: shareDeadline(this.session.deadline) };
		const bring = async (file: GeneratedFile) =>
			await downloads.run(
				// Once the node has failed, nobody gets the file any more: its link is named, and another try brings it.
				async () =>
					leave.aborted && 'url' in file.source ? { file } : await collect(session, file, naming),
				session.deadline.signal,
			);
		const askAgain = async () => {
			const { result: latest } = await this.poll({ goal: 'status' });
			return latest?.files.find(({ index }) => index === made.index);
		};
		const again = async (first: Collected) => await collectAgain(session, first, askAgain, bring);
		const collecting = bring(made);
		this.collecting.push(tasks ? collecting.then(again) : collecting);
	}

	/** What failed of a set says which of it. */
	private missed(failure: Failure, index: number, count: number): ItemResult {
		if (count === 1) return this.failed(failure);
		const which = `picture ${index + 1} of ${count}`;
		return this.failed({
			...failure,
			detail: failure.detail === undefined ? which : `${failure.detail}; ${which}`,
		});
	}

	private file(
		{ file: made, storedFile: stored, failure }: Collected,
		metadata: GenerationResult['metadata'],
		count: number,
	): ItemResult {
		const { job } = this;
		const late = failure && this.session.deadline.reason()?.kind === 'timedOut';
		if (failure && !(late && job.tasks && job.output.onTimeout === 'returnState'))
			return this.missed(failure, made.index, count);
		return {
			itemIndex: job.itemIndex,
			item: toResultItem({
				...this.told(),
				metadata,
				file: made,
				count,
				...(stored ? { storedFile: stored } : {}),
			}),
		};
	}

	private state({ files, metadata, failure }: GenerationResult): ItemResult {
		const [made] = files;
		// What is shortened first may end in the middle of the key.
		const errorMessage = failure && oneLine(this.session.credentials.redact(failure.message));
		return {
			itemIndex: this.job.itemIndex,
			item: toResultItem({
				...this.told(),
				metadata,
				...(errorMessage ? { errorMessage } : {}),
				...(made ? { file: made } : {}),
			}),
		};
	}

	private told() {
		const { job, taskId, session } = this;
		return { source: toResultSource(job), taskId, redact: session.credentials.redact };
	}

	private failed(failure: Failure): ItemResult {
		const { itemIndex, gateway, start, tasks } = this.job;
		const { cancellationLog } = this.common;
		const taskId = this.taskId ?? failure.taskId;
		// Most refusals that name a task all the same have begun none.
		const began = this.taskId !== undefined || !isFree(failure);
		// An ID from the form that the gateway does not know was not bought by anyone.
		const isUnknown = failure.kind === 'taskNotFound' && 'taskId' in start && !this.isConfirmed;
		if (!began || isUnknown) cancellationLog.clear(itemIndex);
		else if (
			this.isSent &&
			this.taskId === undefined &&
			this.files.length === 0 &&
			failure.kind !== 'cancelled'
		)
			this.logFailed(failure);
		const whole: Failure = {
			...failure,
			...(taskId === undefined ? {} : { taskId }),
			...(taskId === undefined || !tasks || !began || LOST.has(failure.kind)
				? {}
				: { recoverable: this.isConfirmed ? 'confirmed' : 'unconfirmed' }),
		};
		return { failed: { itemIndex, gateway, error: new GenerationError(this.clean(whole)) } };
	}

	/** What was sent brought neither a task nor a file: n8n shows the failure of one item when all have ended, if at all. */
	private logFailed({ kind, taskId, url }: Failure): void {
		const { gateway, tasks } = this.job;
		const trace = {
			...(taskId === undefined ? {} : { taskId }),
			...(url === undefined ? {} : { url }),
			...(tasks ? { recoverable: 'unconfirmed' as const } : {}),
		};
		const end = kind === 'gatewayFailed' ? 'that it could not do' : 'without an answer';
		this.log(traceInLog(gateway, trace) ?? requestInLog(gateway, end), true);
	}
}

function linkOf(made: GeneratedFile | undefined): string | undefined {
	return made && 'url' in made.source ? made.source.url : undefined;
}
