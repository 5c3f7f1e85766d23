import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { MOST_FILES_OF_TASK, SPARE_FILES } from '../generation/defaults';
import { collect, collectAgain, type Collected } from '../files/collect';
import { endingWith, noResultWithin, shareDeadline, startDeadline } from '../time/deadline';
import { withTrace, type Failed } from '../output/nodeError';
import type { FileNaming } from '../files/download';
import { accessTo, type Visit } from '../transport/client';
import type { Lane, Lanes } from '../concurrency/adaptiveLimiter';
import { lookAt } from '../polling/fetchTaskStatus';
import type { Lookout } from '../polling/scheduler';
import type { Slots } from '../concurrency/semaphore';
import { filesInLog, requestInLog, traceInLog, type StopLog } from '../ledger/cancellationLog';
import type { KeptFile, Submissions } from '../ledger/purchaseLedger';
import { exchangeFor, submit } from './submit';
import { watchTask, type Wait, type Watched } from '../polling/pollTask';
import type { Job, Order } from './job';
import { LEFT_BEHIND, MediaError, oneLine, type Failure, type FailureKind } from '../errors/failure';
import { isFree, shownFailure } from '../errors/retryPolicy';
import type { MadeFile, Outcome } from '../generation/result';
import { isDone } from '../generation/task';
import { memoryOf, type Memory, type Recalled } from '../ledger/purchaseRecord';
import { boughtBefore } from './purchaseTrace';
import { itemOf } from '../output/resultItem';

/** One place of the output: an item, or what failed there. */
export type Place = { itemIndex: number; item: INodeExecutionData } | { failed: Failed };

/** What the items of one run have in common. */
export interface Run {
	context: IExecuteFunctions;
	stopLog: StopLog;
	submissions: Submissions;
	lookout: Lookout;
	lanes: Lanes;
	/** Room for files on their way from the gateway's storage. */
	downloads: Slots;
	/** Ends the waits: an item has failed, and the node with it. */
	leave: AbortSignal;
}

/** Does the work of one job: buys or takes up a task, watches it, and collects its files. Never throws. */
export async function runJob(run: Run, job: Job, lane: Lane): Promise<Place[]> {
	const { context } = run;
	const { itemIndex, gateway } = job;
	const deadline = startDeadline(job.timeLeft ?? job.output.timeout, context.getExecutionCancelSignal(), job.output.timeout);
	try {
		const access = await accessTo(context, gateway, itemIndex);
		return await new Course(run, { context, gateway, access, deadline }, job, lane).run();
	} catch (error) {
		const { start } = job;
		const failed = { itemIndex, gateway, error };
		return [{ failed: 'taskId' in start ? withTrace(failed, { taskId: start.taskId, collectable: 'perhaps' }) : withTrace(failed, boughtBefore(run.submissions, job)) }];
	} finally {
		deadline.close();
	}
}

/** After these a look at the task brings nothing more. */
const LOST: ReadonlySet<FailureKind> = new Set(['taskFailed', 'taskNotFound', 'contentRefused']);

/** A task whose state could not be seen just now. */
const NOT_SEEN: Outcome = { files: [], missing: [], facts: { status: 'running' } };

/** The way of one job. It knows how far it has come, so that whatever fails names the task. */
class Course {
	private taskId: string | undefined;

	/** What was known of a task when it was created, or all that was made. */
	private begun: Outcome | undefined;

	/** When the order was sent, by the lookout's clock. */
	private ordered: number | undefined;

	/** Whether the order was sent here, and not refused before any work. */
	private isSent = false;

	/** When an earlier run of the node bought the task, where it did. */
	private boughtAt: Date | undefined;

	/** What the next try of the node will know of the paid request, once that is made. */
	private memory: Memory | undefined;

	/** Whether the task is there: it was created here, or has been seen. */
	private isReal = false;

	/** Files that came as data in an earlier try of the node. */
	private kept: readonly KeptFile[] = [];

	/** Every file that is being collected. */
	private readonly made: MadeFile[] = [];

	private readonly collecting: Array<Promise<Collected>> = [];

	constructor(
		private readonly common: Run,
		private readonly visit: Visit,
		private readonly job: Job,
		private readonly lane: Lane,
	) {}

	async run(): Promise<Place[]> {
		try {
			await this.begin();
			this.common.lanes.ordered(this.lane);
			const watched = await this.watch();
			const { latest } = watched;
			return latest && this.isEnough(latest) ? await this.finish(latest) : this.unfinished(watched);
		} catch (error) {
			if (error instanceof MediaError) {
				if (!this.begun && this.taskId === undefined) this.memory?.refused(error.failure);
				else if (!this.isReal && error.failure.kind === 'taskNotFound') this.memory?.notThere({ ...error.failure, ...(this.taskId === undefined ? {} : { taskId: this.taskId }) });
				return [this.failed(error.failure)];
			}
			const { taskId, job, visit } = this;
			const told = taskId === undefined ? {} : { taskId: visit.access.withoutKey(taskId) };
			return [{ failed: { itemIndex: job.itemIndex, gateway: job.gateway, error, ...told } }];
		}
	}

	/** Buys what is asked for, or takes up what was bought before. */
	private async begin(): Promise<void> {
		const { gateway, start, tasks } = this.job;
		if ('taskId' in start) this.taskId = start.taskId;
		else await this.buy(start);
		if (!tasks || this.taskId === undefined) return;
		// What was taken up has been logged by who bought it.
		this.log(traceInLog(gateway, { taskId: this.taskId, collectable: 'paid' }), this.begun !== undefined);
	}

	private async buy(order: Order): Promise<void> {
		const { itemIndex, gateway, tasks } = this.job;
		const { stopLog, submissions, lanes, leave } = this.common;
		const memory = memoryOf(submissions.of(itemIndex, order.asked), tasks !== undefined, this.visit.access.withoutKey);
		this.memory = memory;
		const bought = memory.recall();
		if (bought) {
			this.takeUp(bought);
			return;
		}
		const exchange = await exchangeFor(this.visit, order);
		this.begun = await submit(this.visit, exchange, {
			sending: () => {
				this.ordered = this.common.lookout.clock.now();
				this.isSent = true;
				this.log(requestInLog(gateway));
			},
			refused: () => {
				this.isSent = false;
				stopLog.forget(itemIndex);
			},
			file: (made) => {
				this.logMade([made]);
				this.collect(made);
			},
			isPatient: !lanes.isClosed,
			leave,
		});
		this.isReal = true;
		this.taskId = this.begun.facts.taskId;
		if (!tasks) this.logMade(this.begun.files);
		memory.accepted(this.begun, this.made);
	}

	/** What an earlier try of the node has bought is not bought again. */
	private takeUp(bought: Recalled): void {
		if ('failure' in bought) {
			// It stays in memory as it is.
			this.memory = undefined;
			throw new MediaError(bought.failure);
		}
		this.isReal = !('isDoubtful' in bought && bought.isDoubtful);
		if ('outcome' in bought) {
			this.begun = bought.outcome;
			this.kept = bought.kept;
		}
		if ('taskId' in bought) {
			this.taskId = bought.taskId;
			this.boughtAt = bought.boughtAt;
		} else this.taskId = bought.outcome.facts.taskId;
	}

	/** A gateway may repeat the key in its words. */
	private clean(failure: Failure): Failure {
		return shownFailure(failure, this.visit.access.withoutKey);
	}

	/** @param isNew whether it was bought just now, and is logged at once */
	private log(what: string | undefined, isNew = false): void {
		if (what === undefined) return;
		const { stopLog } = this.common;
		const { itemIndex } = this.job;
		const told = this.visit.access.withoutKey(what);
		stopLog.note(itemIndex, told);
		if (isNew) stopLog.bought(itemIndex, told);
	}

	/** There is no task by which these files could be collected. */
	private logMade(files: readonly MadeFile[]): void {
		if (files.length > 0) this.log(filesInLog(this.job.gateway, files), true);
	}

	private isEnough({ facts }: Outcome): boolean {
		return this.job.until !== 'done' || isDone(facts.status);
	}

	private async watch(): Promise<Watched> {
		const { begun, boughtAt } = this;
		if (begun && this.isEnough(begun)) return { latest: begun };
		const { until } = this.job;
		const watched = await this.look({ ...(begun ? { known: begun } : {}), until: until === 'created' ? 'seen' : until });
		if (until === 'glimpsed') watched.latest ??= NOT_SEEN;
		const { latest } = watched;
		// What was said when the task was created, and is not said again, still holds.
		const known = { ...begun?.facts, ...(boughtAt && { createdAt: boughtAt }) };
		return latest ? { ...watched, latest: { ...latest, facts: { ...known, ...latest.facts } } } : watched;
	}

	private async look(wait: Pick<Wait, 'known' | 'until'>): Promise<Watched> {
		const { taskId, visit } = this;
		const { start, tasks, output } = this.job;
		if (taskId === undefined || !tasks) return {};
		const deadline = endingWith(visit.deadline, this.common.leave, LEFT_BEHIND);
		const { pollInterval } = output;
		const isOurs = 'model' in start;
		const kind = `${visit.gateway.name} ${isOurs ? start.model : ''}`;
		return await watchTask(
			async () => {
				const now = await lookAt({ ...visit, deadline }, tasks, taskId);
				this.isReal ||= 'outcome' in now;
				return now;
			},
			{ ...wait, ...(this.ordered === undefined ? {} : { ordered: this.ordered }), isOurs, pollInterval, kind },
			deadline,
			this.common.lookout,
		);
	}

	/** The wait is over, and the task is not. */
	private unfinished({ latest, trouble, putOff }: Watched): Place[] {
		const { onTimeout, timeout } = this.job.output;
		if (this.common.leave.aborted) return [this.failed(LEFT_BEHIND)];
		if (latest && onTimeout === 'returnState') return [this.state(latest)];
		const { status, gatewayStatus = status } = latest?.facts ?? {};
		const link = linkOf(latest?.files[0]);
		const says = [
			putOff === undefined
				? noResultWithin(timeout)
				: `the gateway asks to wait ${Math.ceil(putOff)} seconds, which is longer than what is left of the time allowed`,
			status === undefined ? '' : `it was still ${status}${gatewayStatus === status ? '' : ` ("${gatewayStatus}")`}`,
			trouble && trouble.kind !== 'timedOut' ? `the last look: ${trouble.says}` : '',
		];
		return [
			this.failed({
				kind: latest ? 'taskTimedOut' : 'taskNotSeen',
				says: says.filter((part) => part !== '').join(', '),
				...(link === undefined ? {} : { link }),
			}),
		];
	}

	private async finish(outcome: Outcome): Promise<Place[]> {
		const { until } = this.job;
		if (until === 'glimpsed') return [this.state(outcome)];
		const { files, missing, facts } = outcome;
		if (facts.status !== 'succeeded') {
			const failure = outcome.failure ?? { kind: 'taskFailed', says: `the state is "${facts.status}"` };
			if (!isDone(facts.status) || until === 'seen') return [this.state(outcome)];
			return [this.failed(this.memory?.taskFailed(failure, this.taskId) ?? failure)];
		}
		if (until === 'created') return [this.state(outcome)];
		files.forEach((made) => this.collect(made));
		const collected = await Promise.all(this.collecting);
		this.memory?.stored(outcome, collected);
		const count = collected.length + missing.length;
		if (count === 0) return [this.failed({ kind: 'gatewayFailed', says: 'it made no file' })];
		const places = [
			...collected.map((one) => ({ index: one.made.index, place: this.file(one, facts, count) })),
			...missing.map(({ index, failure }) => ({ index, place: this.missed({ ...failure, isPart: collected.length > 0 }, index, count) })),
		];
		return places.sort((a, b) => a.index - b.index).map(({ place }) => place);
	}

	/** Begins to collect a file. Those of a set come while the rest of it is still being drawn. */
	private collect(made: MadeFile): void {
		const { start, tasks, output } = this.job;
		this.made.push(made);
		if (!tasks) this.log(filesInLog(this.job.gateway, this.made));
		const kept = this.kept.find(({ index }) => index === made.index);
		if (kept) {
			this.collecting.push(Promise.resolve({ made, stored: kept.file }));
			return;
		}
		const { mostFiles = MOST_FILES_OF_TASK } = 'asked' in start ? start : {};
		// A file that came inside the answer has no link, so leaving it out would lose it.
		if ((!output.download || this.made.length > mostFiles + SPARE_FILES) && 'url' in made.source) {
			this.collecting.push(Promise.resolve({ made }));
			return;
		}
		const naming: FileNaming = {
			fallback: 'model' in start ? start.model : start.taskId,
			...(output.fileName ? { wanted: output.fileName } : {}),
			...('isSet' in start && start.isSet ? { number: made.index + 1 } : {}),
		};
		const { downloads, leave } = this.common;
		const visit = { ...this.visit, deadline: shareDeadline(this.visit.deadline) };
		const bring = async (file: MadeFile) =>
			await downloads.use(
				// Once the node has failed, nobody gets the file any more: its link is named, and another try brings it.
				async () => (leave.aborted && 'url' in file.source ? { made: file } : await collect(visit, file, naming)),
				visit.deadline.signal,
			);
		const askAgain = async () => {
			const { latest } = await this.look({ until: 'seen' });
			return latest?.files.find(({ index }) => index === made.index);
		};
		const again = async (first: Collected) => await collectAgain(visit, first, askAgain, bring);
		const collecting = bring(made);
		this.collecting.push(tasks ? collecting.then(again) : collecting);
	}

	/** What failed of a set says which of it. */
	private missed(failure: Failure, index: number, count: number): Place {
		if (count === 1) return this.failed(failure);
		const which = `picture ${index + 1} of ${count}`;
		return this.failed({ ...failure, hint: failure.hint === undefined ? which : `${failure.hint}; ${which}` });
	}

	private file({ made, stored, failure }: Collected, facts: Outcome['facts'], count: number): Place {
		const { job } = this;
		const late = failure && this.visit.deadline.failure()?.kind === 'timedOut';
		if (failure && !(late && job.tasks && job.output.onTimeout === 'returnState')) return this.missed(failure, made.index, count);
		return { itemIndex: job.itemIndex, item: itemOf({ ...this.told(), facts, made, count, ...(stored ? { stored } : {}) }) };
	}

	private state({ files, facts, failure }: Outcome): Place {
		const [made] = files;
		// What is shortened first may end in the middle of the key.
		const errorMessage = failure && oneLine(this.visit.access.withoutKey(failure.says));
		return {
			itemIndex: this.job.itemIndex,
			item: itemOf({ ...this.told(), facts, ...(errorMessage ? { errorMessage } : {}), ...(made ? { made } : {}) }),
		};
	}

	private told() {
		const { job, taskId, visit } = this;
		return { job, taskId, withoutKey: visit.access.withoutKey };
	}

	private failed(failure: Failure): Place {
		const { itemIndex, gateway, start, tasks } = this.job;
		const { stopLog } = this.common;
		const taskId = this.taskId ?? failure.taskId;
		// Most refusals that name a task all the same have begun none.
		const began = this.taskId !== undefined || !isFree(failure);
		// An ID from the form that the gateway does not know was not bought by anyone.
		const isUnknown = failure.kind === 'taskNotFound' && 'taskId' in start && !this.isReal;
		if (!began || isUnknown) stopLog.forget(itemIndex);
		else if (this.isSent && this.taskId === undefined && this.made.length === 0 && failure.kind !== 'cancelled') this.logFailed(failure);
		const whole: Failure = {
			...failure,
			...(taskId === undefined ? {} : { taskId }),
			...(taskId === undefined || !tasks || !began || LOST.has(failure.kind) ? {} : { collectable: this.isReal ? 'paid' : 'perhaps' }),
		};
		return { failed: { itemIndex, gateway, error: new MediaError(this.clean(whole)) } };
	}

	/** What was sent brought neither a task nor a file: n8n shows the failure of one item when all have ended, if at all. */
	private logFailed({ kind, taskId, link }: Failure): void {
		const { gateway, tasks } = this.job;
		const trace = { ...(taskId === undefined ? {} : { taskId }), ...(link === undefined ? {} : { link }), ...(tasks ? { collectable: 'perhaps' as const } : {}) };
		const end = kind === 'gatewayFailed' ? 'that it could not do' : 'without an answer';
		this.log(traceInLog(gateway, trace) ?? requestInLog(gateway, end), true);
	}
}

function linkOf(made: MadeFile | undefined): string | undefined {
	return made && 'url' in made.source ? made.source.url : undefined;
}
