import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { collect, collectAgain, type Collected } from './io/collect';
import { endingWith, startDeadline } from './io/deadline';
import type { Failed } from './io/errors';
import type { FileNaming } from './io/files';
import { accessTo, type Visit } from './io/http';
import { lookAt } from './io/look';
import type { StopLog } from './io/stopLog';
import { submit } from './io/submit';
import { watchTask, type Wait, type Watched } from './io/waiter';
import type { Job } from './job';
import { isFree, MediaError, oneLine, type Failure, type FailureKind } from './media/failure';
import type { MadeFile, Outcome } from './media/outcome';
import { isDone } from './media/task';
import { itemOf } from './output';

/** One place of the output: an item, or what failed there. */
export type Place = { item: INodeExecutionData } | { failed: Failed };

/**
 * Does the work of one job: buys or takes up a task, watches it, and collects its files. Never throws.
 * @param leave ends the wait: another item has failed, and the node with it
 */
export async function runJob(context: IExecuteFunctions, job: Job, stopLog: StopLog, leave: AbortSignal): Promise<Place[]> {
	const { itemIndex, gateway } = job;
	try {
		const access = await accessTo(context, gateway, itemIndex);
		const deadline = startDeadline(job.output.timeout, context.getExecutionCancelSignal());
		return await new Course({ context, gateway, access, deadline }, job, stopLog, leave).run();
	} catch (error) {
		return [{ failed: { itemIndex, gateway, error } }];
	}
}

/** After these a look at the task brings nothing more. */
const LOST: ReadonlySet<FailureKind> = new Set(['taskFailed', 'taskNotFound', 'contentRefused']);

/** The way of one job. It knows how far it has come, so that whatever fails names the task. */
class Course {
	private taskId: string | undefined;

	/** What was known of a task when it was created. */
	private begun: Outcome | undefined;

	private readonly collecting: Array<Promise<Collected>> = [];

	constructor(
		private readonly visit: Visit,
		private readonly job: Job,
		private readonly stopLog: StopLog,
		private readonly leave: AbortSignal,
	) {}

	async run(): Promise<Place[]> {
		try {
			await this.begin();
			const watched = await this.watch();
			const { latest } = watched;
			return latest && this.isEnough(latest) ? await this.finish(latest) : this.unfinished(watched);
		} catch (error) {
			if (error instanceof MediaError) return [this.failed(error.failure)];
			const { taskId, job } = this;
			return [{ failed: { itemIndex: job.itemIndex, gateway: job.gateway, error, ...(taskId === undefined ? {} : { taskId }) } }];
		}
	}

	/** Buys what is asked for, or takes up what was bought before. */
	private async begin(): Promise<void> {
		const { gateway, start } = this.job;
		if ('taskId' in start) {
			this.taskId = start.taskId;
		} else {
			const onSend = () => this.note(`a request to ${gateway.displayName} without an answer, look at the history there`);
			this.begun = await submit(this.visit, start, onSend, (made) => this.collect(made));
			this.taskId = this.begun.facts.taskId;
		}
		if (this.taskId !== undefined) this.note(`${gateway.displayName} task ${this.taskId}`);
	}

	private note(what: string): void {
		this.stopLog.note(this.job.itemIndex, this.visit.access.withoutKey(what));
	}

	private isEnough({ facts }: Outcome): boolean {
		return this.job.until !== 'done' || isDone(facts.status);
	}

	private async watch(): Promise<Watched> {
		const { begun } = this;
		if (begun && this.isEnough(begun)) return { latest: begun };
		const watched = await this.look({ ...(begun ? { known: begun } : {}), until: this.job.until === 'done' ? 'done' : 'seen' });
		const { latest } = watched;
		// What was said when the task was created, and is not said again, still holds.
		return latest && begun ? { ...watched, latest: { ...latest, facts: { ...begun.facts, ...latest.facts } } } : watched;
	}

	private async look(wait: Omit<Wait, 'pollInterval'>): Promise<Watched> {
		const { taskId, visit } = this;
		const { tasks, output } = this.job;
		if (taskId === undefined || !tasks) return {};
		const deadline = endingWith(visit.deadline, this.leave, { kind: 'leftBehind', says: '' });
		const { pollInterval } = output;
		return await watchTask(async () => await lookAt({ ...visit, deadline }, tasks, taskId), { ...wait, pollInterval }, deadline);
	}

	/** The wait is over, and the task is not. */
	private unfinished({ latest, trouble, putOff }: Watched): Place[] {
		const { onTimeout, timeout } = this.job.output;
		if (this.leave.aborted) return [this.failed({ kind: 'leftBehind', says: '' })];
		if (latest && onTimeout === 'returnState') return [this.state(latest)];
		const { status, gatewayStatus = status } = latest?.facts ?? {};
		const link = linkOf(latest?.files[0]);
		const says = [
			putOff === undefined
				? `no result within ${timeout} ${timeout === 1 ? 'second' : 'seconds'}`
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
		const { until, gateway } = this.job;
		const { files, missing, facts } = outcome;
		if (facts.status !== 'succeeded') {
			const failure = outcome.failure ?? { kind: 'taskFailed', says: `the state is "${facts.status}"` };
			return [isDone(facts.status) && until !== 'seen' ? this.failed(failure) : this.state(outcome)];
		}
		if (until === 'created') return [this.state(outcome)];
		files.forEach((made) => this.collect(made));
		const collected = await Promise.all(this.collecting);
		if (this.taskId === undefined) {
			const links = collected.flatMap(({ made }) => linkOf(made) ?? []);
			this.note(links.length > 0 ? `${gateway.displayName} files ${links.join(' , ')}` : `a file from ${gateway.displayName}`);
		}
		const count = collected.length + missing.length;
		if (count === 0) return [this.failed({ kind: 'gatewayFailed', says: 'it made no file' })];
		const places = [
			...collected.map((one) => ({ index: one.made.index, place: this.file(one, facts, count) })),
			...missing.map(({ index, failure }) => ({ index, place: this.failed(failure) })),
		];
		return places.sort((a, b) => a.index - b.index).map(({ place }) => place);
	}

	/** Begins to collect a file. Those of a set come while the rest of it is still being drawn. */
	private collect(made: MadeFile): void {
		const { start, tasks, output } = this.job;
		// A file that came inside the answer has no link, so leaving it out would lose it.
		if (!output.download && 'url' in made.source) {
			this.collecting.push(Promise.resolve({ made }));
			return;
		}
		const naming: FileNaming = {
			fallback: 'model' in start ? start.model : start.taskId,
			...(output.fileName ? { wanted: output.fileName } : {}),
			...('isSet' in start && start.isSet ? { number: made.index + 1 } : {}),
		};
		const again = async (first: Collected) =>
			await collectAgain(this.visit, first, naming, async () => {
				const { latest } = await this.look({ until: 'seen' });
				return latest?.files.find(({ index }) => index === made.index);
			});
		const collecting = collect(this.visit, made, naming);
		this.collecting.push(tasks ? collecting.then(again) : collecting);
	}

	private file({ made, stored, failure }: Collected, facts: Outcome['facts'], count: number): Place {
		const { job } = this;
		const late = failure && this.visit.deadline.failure()?.kind === 'timedOut';
		if (failure && !(late && job.tasks && job.output.onTimeout === 'returnState')) return this.failed(failure);
		return { item: itemOf({ ...this.told(), facts, made, count, ...(stored ? { stored } : {}) }) };
	}

	private state({ files, facts, failure }: Outcome): Place {
		const [made] = files;
		const errorMessage = failure && oneLine(failure.says);
		return { item: itemOf({ ...this.told(), facts, ...(errorMessage ? { errorMessage } : {}), ...(made ? { made } : {}) }) };
	}

	private told() {
		const { job, taskId, visit } = this;
		return { job, taskId, withoutKey: visit.access.withoutKey };
	}

	private failed(failure: Failure): Place {
		const { itemIndex, gateway, tasks } = this.job;
		const { withoutKey } = this.visit.access;
		const taskId = this.taskId ?? failure.taskId;
		// A refusal that names a task all the same has begun none.
		const began = this.taskId !== undefined || !isFree(failure.kind);
		if (!began) this.stopLog.forget(itemIndex);
		const error = new MediaError({
			...failure,
			says: withoutKey(failure.says),
			...(failure.code === undefined ? {} : { code: withoutKey(failure.code) }),
			...(taskId === undefined ? {} : { taskId, collectable: tasks !== undefined && began && !LOST.has(failure.kind) }),
		});
		return { failed: { itemIndex, gateway, error } };
	}
}

function linkOf(made: MadeFile | undefined): string | undefined {
	return made && 'url' in made.source ? made.source.url : undefined;
}
