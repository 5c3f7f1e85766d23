import type { IExecuteFunctions } from 'n8n-workflow';
import type { Gateway } from '../gateways/gateway';

/** What a run has bought so far. n8n keeps nothing of a node that was stopped, only its log. */
export interface StopLog {
	/** What is to be said of an item: a request on its way, its task, or where its files are. */
	note(itemIndex: number, what: string): void;
	/** A task was bought just now. It is logged at once: a process that is killed leaves nothing else. */
	bought(itemIndex: number, what: string): void;
	/** Nothing was bought for it after all. */
	forget(itemIndex: number): void;
	/** The run has ended by itself, and nothing has to be logged. */
	close(): void;
}

/** How a task is named in n8n's log, so that it can be collected. */
export const taskInLog = ({ displayName }: Gateway, taskId: string) => `${displayName} task ${taskId}, which Get Result collects`;

/** How files are named that have no task. */
export const filesInLog = ({ displayName }: Gateway, links: string) => `made by ${displayName}: ${links}`;

/** Writes what was bought to n8n's log in the moment in which the execution is stopped. */
export function openStopLog(context: IExecuteFunctions): StopLog {
	const signal = context.getExecutionCancelSignal();
	const notes = new Map<number, string>();
	const { name } = context.getNode();
	const write = () => {
		if (notes.size === 0) return;
		const items = [...notes].map(([itemIndex, what]) => `item ${itemIndex}: ${what}`);
		context.logger.warn(
			`"${name}" was stopped. This is paid for, or may be, and goes on at the gateway: ${items.join('; ')}`,
		);
	};
	signal?.addEventListener('abort', write, { once: true });
	return {
		note: (itemIndex, what) => void notes.set(itemIndex, what),
		bought: (itemIndex, what) => context.logger.info(`"${name}" has ordered, for item ${itemIndex}: ${what}`),
		forget: (itemIndex) => void notes.delete(itemIndex),
		close: () => signal?.removeEventListener('abort', write),
	};
}
