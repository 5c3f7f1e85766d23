import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { collect, collectAgain, type Collected } from './io/collect';
import { startDeadline } from './io/deadline';
import type { Failed } from './io/errors';
import type { FileNaming } from './io/files';
import { accessTo, type Visit } from './io/http';
import { lookAt } from './io/look';
import type { StopLog } from './io/stopLog';
import { submit } from './io/submit';
import { watchTask, type Watched } from './io/waiter';
import type { Job } from './job';
import { MediaError, type Failure, type FailureKind } from './media/failure';
import type { MadeFile, Outcome } from './media/outcome';
import { isDone } from './media/task';
import { itemOf } from './output';

/** One place of the output: an item, or what failed there. */
export type Place = { item: INodeExecutionData } | { failed: Failed };

/** Does the work of one job: buys or takes up a task, watches it, and collects its files. Never throws. */
export async function runJob(context: IExecuteFunctions, job: Job, stopLog: StopLog): Promise<Place[]> {
	const { itemIndex, gateway } = job;
	try {
		const access = await accessTo(context, gateway, itemIndex);
		const deadline = startDeadline(job.output.timeout, context.getExecutionCancelSignal());
		return await new Course({ context, gateway, access, deadline }, job, stopLog).run();
	} catch (error) {
		return [{ failed: { itemIndex, gateway, error } }];
	}
}

/** After these a look at the task brings nothing more. */
const LOST: ReadonlySet<FailureKind> = new Set(['taskFailed', 'taskNotFound', 'contentRefused']);

/** The way of one job. It knows how far it has come, so that whatever fails names the task. */
class Course {
	private taskId: string | undefined;

	private readonly collecting: Array<Promise<Collected>> = [];

	constructor(
		private readonly visit: Visit,
		private readonly job: Job,
		private readonly stopLog: StopLog,
	) {}

	async run(): Promise<Place[]> {
		try {
			const begun = await this.begin();
			const { latest, trouble } = await this.watch(begun);
			return latest && this.isEnough(latest) ? await this.finish(latest) : this.unfinished(latest, trouble);
		} catch (error) {
			const { itemIndex, gateway } = this.job;
			return [error instanceof MediaError ? this.failed(error.failure) : { failed: { itemIndex, gateway, error } }];
		}
	}

	/** Buys what is asked for, or takes up what was bought before. */
	private async begin(): Promise<Outcome | undefined> {
		const { itemIndex, gateway, start } = this.job;
		if ('taskId' in start) {
			this.taskId = start.taskId;
			this.stopLog.begun(itemIndex, gateway, start.taskId);
			return undefined;
		}
		const outcome = await submit(
			this.visit,
			start,
			() => this.stopLog.sending(itemIndex, gateway),
			(made) => this.collect(made),
		);
		this.taskId = outcome.facts.taskId;
		if (this.taskId !== undefined) this.stopLog.begun(itemIndex, gateway, this.taskId);
		return outcome;
	}

	private isEnough({ facts }: Outcome): boolean {
		return this.job.until !== 'done' || isDone(facts.status);
	}

	private async watch(known: Outcome | undefined): Promise<Watched> {
		const { until, output } = this.job;
		if (known && this.isEnough(known)) return { latest: known };
		return await this.look({ ...(known ? { known } : {}), until: until === 'done' ? 'done' : 'seen', pollInterval: output.pollInterval });
	}

	private async look(wait: Parameters<typeof watchTask>[1]): Promise<Watched> {
		const { taskId, visit } = this;
		const { tasks } = this.job;
		if (taskId === undefined || !tasks) return wait.known ? { latest: wait.known } : {};
		return await watchTask(async () => await lookAt(visit, tasks, taskId), wait, visit.deadline);
	}

	/** The time is over, and the task is not. */
	private unfinished(latest: Outcome | undefined, trouble: Failure | undefined): Place[] {
		const { onTimeout, timeout } = this.job.output;
		if (latest && onTimeout === 'returnState') return [this.state(latest)];
		const { gatewayStatus } = latest?.facts ?? {};
		const link = linkOf(latest?.files[0]);
		const says = [
			`no result within ${timeout} seconds`,
			gatewayStatus === undefined ? '' : `the state was "${gatewayStatus}"`,
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
		const { files, missing, facts } = outcome;
		const failure = facts.status === 'succeeded' ? undefined : outcome.failure;
		if (failure && until !== 'seen') return [this.failed(failure)];
		if (until === 'created' || facts.status !== 'succeeded') return [this.state(outcome)];
		files.forEach((made) => this.collect(made));
		const collected = await Promise.all(this.collecting);
		const count = collected.length + missing.length;
		if (count === 0) return [this.failed({ kind: 'gatewayFailed', says: 'it made no file' })];
		const places = [
			...collected.map((one) => ({ index: one.made.index, place: this.file(one, facts, count) })),
			...missing.map(({ index, failure: why }) => ({ index, place: this.failed(why) })),
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
				const { latest } = await this.look({ until: 'seen', pollInterval: output.pollInterval });
				return latest?.files.find(({ index }) => index === made.index);
			});
		const collecting = collect(this.visit, made, naming);
		this.collecting.push(tasks ? collecting.then(again) : collecting);
	}

	private file({ made, stored, failure }: Collected, facts: Outcome['facts'], count: number): Place {
		const { job, taskId } = this;
		const late = failure && this.visit.deadline.failure()?.kind === 'timedOut';
		if (failure && !(late && job.tasks && job.output.onTimeout === 'returnState')) return this.failed(failure);
		return { item: itemOf({ job, taskId, facts, made, count, ...(stored ? { stored } : {}) }) };
	}

	private state({ files, facts, failure }: Outcome): Place {
		const { job, taskId } = this;
		const [made] = files;
		const errorMessage = failure && this.visit.access.withoutKey(failure.says);
		return { item: itemOf({ job, taskId, facts, ...(errorMessage ? { errorMessage } : {}), ...(made ? { made } : {}) }) };
	}

	private failed(failure: Failure): Place {
		const { itemIndex, gateway, tasks } = this.job;
		const { withoutKey } = this.visit.access;
		const taskId = this.taskId ?? failure.taskId;
		if (taskId === undefined) this.stopLog.over(itemIndex);
		const error = new MediaError({
			...failure,
			says: withoutKey(failure.says),
			...(failure.code === undefined ? {} : { code: withoutKey(failure.code) }),
			...(taskId === undefined ? {} : { taskId, collectable: tasks !== undefined && !LOST.has(failure.kind) }),
		});
		return { failed: { itemIndex, gateway, error } };
	}
}

function linkOf(made: MadeFile | undefined): string | undefined {
	return made && 'url' in made.source ? made.source.url : undefined;
}
