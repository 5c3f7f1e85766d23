import { z } from 'zod';
import { isFailureKind, type FailureKind } from '../../nodes/shared/errors/policy.js';

/** A failure as the package tells of it. */
export interface ToldFailure {
	kind: FailureKind;
	message: string;
}

/** What the package throws. Known by its shape: a loader may give the tools another copy of the class. */
const thrown = z.object({
	failure: z.object({ kind: z.string().refine(isFailureKind), message: z.string() }),
});

/** The failure in what the package has thrown; what is none is thrown on. */
export function failureIn(error: unknown): ToldFailure {
	const told = thrown.safeParse(error);
	if (!told.success) throw error;
	return told.data.failure;
}

/** What the package makes of a failure, and the gateway's own words. */
export function failureWords({ kind, message }: ToldFailure): string {
	return `the package takes it for "${kind}": ${message.slice(0, 200)}`;
}
