/** What a job has to reach, for a request that it sends or for a task that was created before. */
interface GoalRules {
	/** Whether any status is enough, or only one that will not change anymore. */
	acceptsAnyStatus: boolean;
	/** What happens if the status could not be read several times in a row. */
	onUnreadable: 'fail' | 'assumeRunning' | 'keepPolling';
	/** Whether a task that ended without a result is a failure, or just a status. */
	failsWithTask: boolean;
	/** Whether the files of a task that succeeded are collected. */
	collectsFiles: boolean;
	/** Whether one request may read the status of all tasks of the run. A list may lag behind, so a later poll follows. */
	isBatched: boolean;
	/** Whether the polls are scheduled together with those of the run's other tasks, if the user sets no interval. */
	isScheduled: boolean;
}

/**
 * The goals of the operations: Create Task needs its request accepted, Get Result the current status, Generate and Wait
 * Until Done the result. A run of Pause Execution checks the status; if that cannot be read, the next run does.
 */
export const GOALS = {
	submitted: {
		acceptsAnyStatus: true,
		onUnreadable: 'fail',
		failsWithTask: true,
		collectsFiles: false,
		isBatched: false,
		isScheduled: false,
	},
	status: {
		acceptsAnyStatus: true,
		onUnreadable: 'fail',
		failsWithTask: false,
		collectsFiles: true,
		isBatched: false,
		isScheduled: false,
	},
	statusIfReadable: {
		acceptsAnyStatus: true,
		onUnreadable: 'assumeRunning',
		failsWithTask: false,
		collectsFiles: false,
		isBatched: true,
		isScheduled: false,
	},
	result: {
		acceptsAnyStatus: false,
		onUnreadable: 'keepPolling',
		failsWithTask: true,
		collectsFiles: true,
		isBatched: true,
		isScheduled: true,
	},
} as const satisfies Record<string, GoalRules>;

export type Goal = keyof typeof GOALS;
