/** What a job is after, of a request that it sends or of a task that was created before. */
interface GoalRules {
	/** Whether any status is enough, or only one that will not change any more. */
	acceptsAnyStatus: boolean;
	/** What is made of a status that could not be read several times in a row. */
	onUnreadable: 'fail' | 'assumeRunning' | 'keepPolling';
	/** Whether a task that ended without a result is a failure, and not just a status. */
	failsWithTask: boolean;
	/** Whether the files of a task that succeeded are collected. */
	collectsFiles: boolean;
	/** Whether the polls are scheduled together with those of the run's other tasks, where the user gives no interval. */
	isScheduled: boolean;
}

/**
 * The goals of the operations: Create Task wants its request accepted, Get Result the status as it is now, Generate and
 * Wait Until Done the result. A run of Pause Execution checks the status, and where that cannot be read, the next one does.
 */
export const GOALS = {
	submitted: {
		acceptsAnyStatus: true,
		onUnreadable: 'fail',
		failsWithTask: true,
		collectsFiles: false,
		isScheduled: false,
	},
	status: {
		acceptsAnyStatus: true,
		onUnreadable: 'fail',
		failsWithTask: false,
		collectsFiles: true,
		isScheduled: false,
	},
	statusIfReadable: {
		acceptsAnyStatus: true,
		onUnreadable: 'assumeRunning',
		failsWithTask: false,
		collectsFiles: false,
		isScheduled: false,
	},
	result: {
		acceptsAnyStatus: false,
		onUnreadable: 'keepPolling',
		failsWithTask: true,
		collectsFiles: true,
		isScheduled: true,
	},
} as const satisfies Record<string, GoalRules>;

export type Goal = keyof typeof GOALS;
