/** One pause of an execution, of which there may be several. */
export interface PauseId {
	executionId: string;
	/** When it was to end, in milliseconds since 1970. */
	dueAtMs: number;
}

/** How long a pause is remembered: far longer than n8n lets a resumed execution wait for its turn. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** What has happened to each pause in this process, each once. */
export interface PauseMemory {
	/**
	 * Notes the pause, unless another has noted it before.
	 * @param owner who notes it; the same may do so again
	 * @returns whether this is the first
	 */
	claim(pause: PauseId, owner?: object): boolean;
}

/**
 * Creates a memory of pauses. n8n reads a paused execution, may let it wait for its turn, and then stores what it has
 * read, if the execution is still paused (n8n 2.41.1, `active-executions.js`). So two calls that have read the same
 * pause can resume the execution twice, the second time from what was before the first: whatever has been bought in
 * between would be bought again.
 */
export function createPauseMemory(): PauseMemory {
	const owners = new Map<string, { owner: object | undefined; atMs: number }>();
	return {
		claim({ executionId, dueAtMs }, owner) {
			const now = Date.now();
			for (const [key, { atMs }] of owners) {
				// In the order in which they were noted.
				if (now - atMs < REMEMBERED_MS) break;
				owners.delete(key);
			}
			const key = `${executionId} ${dueAtMs}`;
			const known = owners.get(key);
			if (known) return owner !== undefined && known.owner === owner;
			owners.set(key, { owner, atMs: now });
			return true;
		},
	};
}
