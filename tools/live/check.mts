import type { Source } from '../../nodes/shared/generation/request.js';
import { differencesOf, type Description } from './compare.mjs';
import { failureIn, failureWords } from './failures.mjs';
import { NoAnswer, type Received } from './wire.mjs';

/** What became of a check. */
export type Verdict = 'agrees' | 'differs' | 'left out';

/** An answer as it came, and what it was an answer to. */
export interface KeptAnswer {
	label: string;
	received: Received;
}

/** Answers kept of one check: a task may be asked for a hundred times, and says the same. */
const MOST_ANSWERS = 4;

/** One thing that is looked at: what was seen, and in which ways it is not as the package expects it. */
export class Check {
	/** Each once, in the order in which they were found. */
	readonly differences = new Set<string>();
	readonly notes = new Set<string>();
	readonly answers: KeptAnswer[] = [];
	readonly sources = new Set<Source>();
	private reason = '';

	constructor(readonly name: string) {}

	get verdict(): Verdict {
		if (this.differences.size > 0) return 'differs';
		return this.reason === '' ? 'agrees' : 'left out';
	}

	/** Why it was left out; empty where it was not. */
	get leftOut(): string {
		return this.reason;
	}

	differs(how: string): void {
		this.differences.add(how);
	}

	note(what: string): void {
		this.notes.add(what);
	}

	leaveOut(why: string): this {
		this.reason = why;
		return this;
	}

	/** Keeps an answer for the report, unless there is one with this label. */
	keep(received: Received, label = ''): void {
		if (this.answers.length < MOST_ANSWERS && !this.answers.some((kept) => kept.label === label))
			this.answers.push({ label, received });
	}

	/** Compares an answer with its description, field by field. */
	compare(received: Received, description: Description | undefined): void {
		if (description === undefined) {
			this.note('no description of this answer to compare its fields with');
			return;
		}
		this.sources.add(description.source);
		const { httpStatus, events } = received;
		if (httpStatus !== description.httpStatus)
			this.differs(`the HTTP status is ${httpStatus}, expected is ${description.httpStatus}`);
		const parts =
			events.length > 0
				? events.filter((data) => data.trim() !== END_OF_STREAM).map(parsed)
				: [received.body];
		parts.flatMap((part) => differencesOf(part, description)).forEach((how) => this.differs(how));
	}

	/** Reads what came by the package's own code: what that throws is a difference. */
	understand<Result>(read: () => Result): Result | undefined {
		try {
			return read();
		} catch (error) {
			this.differs(failureWords(failureIn(error)));
			return undefined;
		}
	}
}

/** The line that ends a stream, which is no JSON (agentsflare-seedream.md). */
const END_OF_STREAM = '[DONE]';

function parsed(data: string): unknown {
	try {
		return JSON.parse(data);
	} catch {
		return data;
	}
}

/** Makes a check. That no answer came is a difference, too. */
export async function makeCheck(
	name: string,
	work: (check: Check) => Promise<void>,
): Promise<Check> {
	const check = new Check(name);
	try {
		await work(check);
	} catch (error) {
		if (!(error instanceof NoAnswer)) throw error;
		check.differs(`no answer came: ${error.message}`);
	}
	return check;
}
