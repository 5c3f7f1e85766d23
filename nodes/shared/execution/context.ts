import type { IExecuteFunctions } from 'n8n-workflow';
import type { AdaptiveConcurrencyLimiter } from '../concurrency/adaptiveLimiter';
import type { Semaphore } from '../concurrency/semaphore';
import type { ReceivedFiles } from '../files/receivedFiles';
import type { GenerationResult } from '../generation/result';
import type { PurchaseLog } from '../ledger/purchaseLog';
import type { PurchaseLedger } from '../ledger/purchaseLedger';
import type { PollScheduler } from '../polling/scheduler';
import type { StatusBatches } from '../polling/statusBatch';
import type { GatewaySession } from '../transport/session';
import type { ItemLog } from './itemLog';
import type { Job } from './job';

/** What the items of one run have in common. */
export interface RunContext {
	context: IExecuteFunctions;
	purchaseLog: PurchaseLog;
	ledger: PurchaseLedger;
	scheduler: PollScheduler;
	statusBatches: StatusBatches;
	/** Is told how long a task has taken that has brought a result, if the gateway tells. */
	onTaskEnded?(modelId: string, seconds: number): void;
	/** What has been read of tasks that have succeeded, if all their files have URLs, by item: they need no other poll. */
	succeededTasks?: Map<number, GenerationResult>;
	limiter: AdaptiveConcurrencyLimiter;
	/** Limits the downloads from the gateway's storage. */
	downloads: Semaphore;
	/** Aborted when an item has failed, and the node with it: nothing is waited for any longer. */
	nodeFailed: AbortSignal;
}

/** One item that is being processed. */
export interface ItemContext {
	run: RunContext;
	job: Job;
	session: GatewaySession;
	log: ItemLog;
	/** The files that came inside the response to its request. */
	received: ReceivedFiles;
}
