/** What a promise resolves to, or undefined if the signal fires first. The promise itself goes on. */
export async function unlessAborted<Result>(
	promise: Promise<Result>,
	signal: AbortSignal,
): Promise<Result | undefined> {
	let stop = () => {};
	const aborted = new Promise<undefined>((resolve) => {
		stop = () => resolve(undefined);
		signal.addEventListener('abort', stop);
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
