import { randomBytes } from 'node:crypto';

import type { SandboxBehaviour, SandboxTask } from './behaviour.mjs';

/** Tasks kept, the newest: enough for any test, and a long run stays small. */
const TASKS_KEPT = 1000;

/** Long enough to be seen at work, short enough to wait for. */
const DEFAULT_SECONDS = 3;

export interface Task extends SandboxTask {
	/** a second id, for results that carry another than the one asked for */
	otherId: string;
	/** the ratio that was asked for, if any */
	ar?: string;
	/** milliseconds since 1970 */
	createdAt: number;
	/** the link of its file; undefined while the file is made, which `prepare` starts */
	link?: string;
	/** how many results carried a dead link */
	deadResults: number;
	/** Starts to make the file, once; what goes wrong there is thrown by `stateOf`. */
	prepare(): void;
	fault?: unknown;
}

/** `status` is the gateway's word. */
export type TaskState =
	| { status: string; phase: 'running' | 'failed' }
	| { status: 'done'; phase: 'done'; link: string };

/** The tasks of a sandbox; each is numbered and has an id of 24 hex digits, as on the pages. */
export class TaskList {
	private readonly tasks = new Map<string, Task>();
	private nextNumber = 0;

	/** Takes a task whose file `makeFile` makes, and gives the link to; it is told the task. */
	add(
		order: Pick<Task, 'model' | 'prompt' | 'ar'>,
		makeFile: (task: Task) => Promise<string>,
	): Task {
		let started = false;
		const task: Task = {
			...order,
			number: this.nextNumber++,
			id: randomId(),
			otherId: randomId(),
			createdAt: Date.now(),
			deadResults: 0,
			prepare: () => {
				if (started) return;
				started = true;
				makeFile(task).then(
					(link) => {
						task.link = link;
					},
					(error: unknown) => {
						task.fault = error;
					},
				);
			},
		};
		this.tasks.set(task.id, task);
		for (const oldest of this.tasks.keys()) {
			if (this.tasks.size <= TASKS_KEPT) break;
			this.tasks.delete(oldest);
		}
		return task;
	}

	/** The task with this id, while it is kept. */
	find(id: string): Task | undefined {
		return this.tasks.get(id);
	}

	/** The next task has number 0; those there are stay as they are. */
	numberFromZero(): void {
		this.nextNumber = 0;
	}
}

/** How the task ends, as things are. */
export function endOf(task: Task, { taskEnd = 'done' }: SandboxBehaviour): 'done' | 'failed' {
	return typeof taskEnd === 'function' ? taskEnd(seenBySwitches(task)) : taskEnd;
}

/**
 * What the clock makes of a task. It is at work, too, while its file is not ready: that takes less than a second, so
 * only a task of almost no time shows it. Throws what stood in the way of its file.
 */
export function stateOf(task: Task, behaviour: SandboxBehaviour): TaskState {
	const { taskSeconds = DEFAULT_SECONDS, runningStatus } = behaviour;
	const seconds =
		typeof taskSeconds === 'function' ? taskSeconds(seenBySwitches(task)) : taskSeconds;
	const elapsed = (Date.now() - task.createdAt) / 1000;
	if (elapsed >= seconds) {
		if (endOf(task, behaviour) === 'failed') return { status: 'failed', phase: 'failed' };
		task.prepare();
		if (task.fault !== undefined) throw task.fault;
		if (task.link !== undefined) return { status: 'done', phase: 'done', link: task.link };
	}
	const status = runningStatus ?? (elapsed < seconds / 2 ? 'idle' : 'processing');
	return { status, phase: 'running' };
}

/** An id as on the pages: 24 hex digits. */
function randomId(): string {
	return randomBytes(12).toString('hex');
}

function seenBySwitches({ model, prompt, number, id }: Task): SandboxTask {
	return { model, prompt, number, id };
}
