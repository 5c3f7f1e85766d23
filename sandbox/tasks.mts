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
	/** how many results carried a dead link */
	deadResults: number;
	/** Makes the file, once, and gives its link. */
	file(): Promise<string>;
}

/** When a task began, and when it is over as things are: milliseconds since 1970. */
export interface SandboxTaskTimes extends SandboxTask {
	createdAt: number;
	doneAt: number;
}

/** `status` is the gateway's word. */
export type TaskState =
	| { status: string; phase: 'running' | 'failed' }
	| { status: 'done'; phase: 'done'; link: string };

/** The tasks of a sandbox; each is numbered and has an id of 24 hex digits, as on the pages. */
export class TaskList {
	private readonly tasks = new Map<string, Task>();
	private nextNumber = 0;
	/** those that were there when the numbers last went back to 0 */
	private readonly ofBefore = new WeakSet<Task>();

	/** Takes a task whose file `makeFile` makes, and gives the link to; it is told the task. */
	add(
		order: Pick<Task, 'model' | 'prompt' | 'ar'>,
		makeFile: (task: Task) => Promise<string>,
	): Task {
		let making: Promise<string> | undefined;
		const task: Task = {
			...order,
			number: this.nextNumber++,
			id: randomId(),
			otherId: randomId(),
			createdAt: Date.now(),
			deadResults: 0,
			file: () => (making ??= makeFile(task)),
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

	/** When each began and is over, in the order of their creation. */
	times(behaviour: SandboxBehaviour): SandboxTaskTimes[] {
		return [...this.tasks.values()].map((task) => ({
			...seenBySwitches(task),
			createdAt: task.createdAt,
			doneAt: overAt(task, behaviour),
		}));
	}

	/** Those whose time is not over, without what was there when the numbers last went back to 0. */
	atWork(behaviour: SandboxBehaviour): Task[] {
		const now = Date.now();
		return [...this.tasks.values()].filter(
			(task) =>
				!this.ofBefore.has(task) && now - task.createdAt < secondsOf(task, behaviour) * 1000,
		);
	}

	/** The next task has number 0; those there are stay as they are. */
	numberFromZero(): void {
		this.nextNumber = 0;
		for (const task of this.tasks.values()) this.ofBefore.add(task);
	}
}

/** How the task ends, as things are. */
export function endOf(task: Task, { taskEnd = 'done' }: SandboxBehaviour): 'done' | 'failed' {
	return typeof taskEnd === 'function' ? taskEnd(seenBySwitches(task)) : taskEnd;
}

/**
 * What the clock makes of a task. One whose time is over is done: if its file is not ready yet, which takes less than
 * a second from its creation, the answer waits for it, so that a state depends on the clock alone.
 * @param now milliseconds since 1970
 */
export async function stateOf(
	task: Task,
	behaviour: SandboxBehaviour,
	now = Date.now(),
): Promise<TaskState> {
	const seconds = secondsOf(task, behaviour);
	const elapsed = (now - task.createdAt) / 1000;
	if (elapsed < seconds) {
		const status = behaviour.runningStatus ?? (elapsed < seconds / 2 ? 'idle' : 'processing');
		return { status, phase: 'running' };
	}
	if (endOf(task, behaviour) === 'failed') return { status: 'failed', phase: 'failed' };
	return { status: 'done', phase: 'done', link: await task.file() };
}

/** When the task is over, as things are: milliseconds since 1970. */
export const overAt = (task: Task, behaviour: SandboxBehaviour): number =>
	task.createdAt + secondsOf(task, behaviour) * 1000;

/** How long the task takes, as things are. */
function secondsOf(task: Task, { taskSeconds = DEFAULT_SECONDS }: SandboxBehaviour): number {
	return typeof taskSeconds === 'function' ? taskSeconds(seenBySwitches(task)) : taskSeconds;
}

/** An id as on the pages: 24 hex digits. */
function randomId(): string {
	return randomBytes(12).toString('hex');
}

function seenBySwitches({ model, prompt, number, id }: Task): SandboxTask {
	return { model, prompt, number, id };
}
