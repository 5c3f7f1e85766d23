import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import axios from 'axios';

import type { SandboxBehaviour, SandboxCallbacks } from './behaviour.mjs';

/** A call that was made because the status of a task had changed. */
export interface SandboxCall {
	url: string;
	/** the same as the answer to who asks for the task */
	body: { id: string; status: string };
	/** from 1 */
	attempt: number;
	/** when it was sent: milliseconds since 1970 */
	sentAt: number;
	/** what it was answered with; 0 where nothing came in time, and for one that was lost on its way */
	status: number;
}

/** README section 4 and the vendor's docs of the video API: `callback_url`, tried so often for a task that has ended. */
const ATTEMPTS = 3;
/** Within this time a success has to come. */
const ANSWER_MS = 5000;
/** A guess: how long the next attempt takes to follow. */
const BETWEEN_ATTEMPTS_MS = 1000;
const HAS_ENDED = ['succeeded', 'failed'];
/** Nobody outside of this machine is called. */
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** Calls whoever wants to know when the status of a task has changed. */
export class Callbacks {
	private closing = new AbortController();
	private readonly sent: SandboxCall[] = [];

	constructor(private readonly behaviour: () => SandboxBehaviour) {}

	/** The calls since the start or reset, in the order in which they were sent. */
	get calls(): readonly SandboxCall[] {
		return this.sent;
	}

	/**
	 * Calls at each of the changes.
	 * @param changes when they are: milliseconds since 1970
	 * @param describe what the call says then
	 */
	watch(
		url: string,
		changes: readonly number[],
		describe: () => Promise<SandboxCall['body']>,
	): void {
		if (!LOOPBACK_HOSTS.includes(new URL(url).hostname)) return;
		const { signal } = this.closing;
		// Each call that is to come listens to it.
		setMaxListeners(0, signal);
		for (const change of changes) {
			this.callAt(change, url, describe, signal).catch((error: unknown) => {
				if (!signal.aborted) throw error;
			});
		}
	}

	/** Calls that are still to come are dropped as well. */
	forget(): void {
		this.close();
		this.closing = new AbortController();
		this.sent.length = 0;
	}

	/** Nobody is called any more. */
	close(): void {
		this.closing.abort();
	}

	private async callAt(
		change: number,
		url: string,
		describe: () => Promise<SandboxCall['body']>,
		signal: AbortSignal,
	): Promise<void> {
		// A timer may end a little too early, before the status has changed.
		for (let left = 1; left > 0; ) {
			left = change - Date.now();
			await delay(Math.max(0, left), undefined, { signal });
		}
		const body = await describe();
		const { copies = 1, lateSeconds } = this.behaviour().callbacks ?? {};
		await delay((lateSeconds?.(body) ?? 0) * 1000, undefined, { signal });
		await Promise.all(Array.from({ length: copies }, () => this.callUntilTaken(url, body, signal)));
	}

	private async callUntilTaken(
		url: string,
		body: SandboxCall['body'],
		signal: AbortSignal,
	): Promise<void> {
		const attempts = HAS_ENDED.includes(body.status) ? ATTEMPTS : 1;
		for (let attempt = 1; attempt <= attempts; attempt++) {
			const call: SandboxCall = { url, body, attempt, sentAt: Date.now(), status: 0 };
			this.sent.push(call);
			const { losesCall }: SandboxCallbacks = this.behaviour().callbacks ?? {};
			if (!losesCall?.(body)) call.status = await send(url, body, signal);
			if (call.status >= 200 && call.status < 300) return;
			await delay(BETWEEN_ATTEMPTS_MS, undefined, { signal });
		}
	}
}

/** @returns the status of the answer; 0 if there is none */
async function send(url: string, body: SandboxCall['body'], signal: AbortSignal): Promise<number> {
	try {
		const { status } = await axios.post(url, body, {
			proxy: false,
			maxRedirects: 0,
			validateStatus: () => true,
			signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), signal]),
		});
		return status;
	} catch {
		return 0;
	}
}
