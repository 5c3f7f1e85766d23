import type { IExecuteFunctions } from 'n8n-workflow';
import type { Gateway } from '../gateways/gateway';

/** What a run has begun at the gateways. n8n keeps nothing of a node that was stopped, only its log. */
export interface StopLog {
	/** A paid request is on its way. */
	sending(itemIndex: number, gateway: Gateway): void;
	/** It has come to a task. */
	begun(itemIndex: number, gateway: Gateway, taskId: string): void;
	/** It was refused, or its answer is complete and has no task. */
	over(itemIndex: number): void;
	/** The run has ended by itself, and nothing has to be logged. */
	close(): void;
}

/** Writes the tasks that go on at the gateways to n8n's log in the moment in which the execution is stopped. */
export function openStopLog(context: IExecuteFunctions): StopLog {
	const signal = context.getExecutionCancelSignal();
	const lines = new Map<number, string>();
	const write = () => {
		if (lines.size === 0) return;
		const { name } = context.getNode();
		context.logger.warn(
			`"${name}" was stopped. What it has begun goes on at the gateway and is paid for. Get Result with the task ID collects it: ${[...lines.values()].join('; ')}`,
		);
	};
	signal?.addEventListener('abort', write, { once: true });
	return {
		sending: (itemIndex, { displayName }) =>
			lines.set(itemIndex, `item ${itemIndex}: a request to ${displayName} whose answer had not come, look at the history there`),
		begun: (itemIndex, { displayName }, taskId) => lines.set(itemIndex, `item ${itemIndex}: ${displayName} task ${taskId}`),
		over: (itemIndex) => void lines.delete(itemIndex),
		close: () => signal?.removeEventListener('abort', write),
	};
}
