/** A task as the switches see it. */
export interface SandboxTask {
	model: string;
	prompt: string;
	/** 0 for the first task after the start or reset */
	number: number;
	id: string;
}

/** The bytes that a file begins with, and zeros up to its length: however long, it is served without being held. */
export interface SandboxFile {
	head: Buffer;
	/** in bytes, the head included */
	length: number;
}

/**
 * What comes in place of an answer. With `reset` the connection is cut, with `hang` nothing comes until the caller
 * goes, with `half` the right answer is cut in the middle (a stream of events in the middle of its second event), with
 * `silent` nothing comes after that middle: an order has been accepted then, and is paid. So it is where the right
 * answer in JSON comes with something beside it, perhaps under another status. Or any status and body, as from the
 * gateway or a proxy: unpaid. With `endless` nothing comes after that body, but its end neither. With `none` this request
 * gets the right answer, and a later one the next fault.
 */
export type SandboxFault =
	| 'none'
	| 'reset'
	| 'hang'
	| 'half'
	| 'silent'
	| { beside: Record<string, unknown>; status?: number }
	| {
			status: number;
			headers?: Record<string, string>;
			body: string | Buffer | Record<string, unknown>;
			endless?: boolean;
	  };

/** How calls may go wrong. */
export interface SandboxCallbacks {
	/** which calls never arrive; undefined = none */
	losesCall?: (body: { id: string; status: string }) => boolean;
	/** how late a call is sent, in seconds, so that calls may come in any order; undefined = at once */
	lateSeconds?: (body: { id: string; status: string }) => number;
	/** how often each is sent, at the same moment; undefined = once */
	copies?: number;
}

/** How a list of tasks may differ from what it should be. */
export interface SandboxTaskList {
	/** by how much it lags behind the tasks themselves, in seconds: younger ones are missing */
	lagSeconds?: number;
	/** which tasks are missing */
	lacks?: (task: SandboxTask) => boolean;
	/** which tasks have an entry without an ID */
	malforms?: (task: SandboxTask) => boolean;
	/** whether it has every task as one at work, whatever has become of it; undefined = no */
	isFrozen?: boolean;
	/** which fields its entries do not have; undefined = none */
	omits?: ReadonlyArray<'content' | 'status'>;
	/** what is made of IDs as a filter; undefined = the tasks with these IDs */
	idFilter?: 'onlyCommas' | 'ignored' | 'tasksOfOthers';
}

/**
 * What the pages leave open, or what goes wrong at times: may be changed between requests, and what holds when a
 * request arrives decides, for tasks that are at work too.
 */
export interface SandboxBehaviour {
	/** bytes per chunk of an event stream, each written separately; undefined = one event per chunk */
	streamChunkBytes?: number;
	/** how GPTunnel answers `response_format: "base64"`; undefined = raw */
	gptunnelBase64?: 'raw' | 'dataUri';
	/** how long a task takes from its creation, in seconds; undefined = 3 */
	taskSeconds?: number | ((task: SandboxTask) => number);
	/** how long a synchronous gateway takes for each picture at least, in seconds; undefined = as long as it takes to draw */
	pictureSeconds?: number;
	/** what all files that are made hold, whatever was ordered; undefined = what was ordered, drawn */
	file?: SandboxFile;
	/** how a task ends; undefined = 'done' */
	taskEnd?: 'done' | 'failed' | ((task: SandboxTask) => 'done' | 'failed');
	/** the gateway's word for a task at work; undefined = 'idle' in the first half of its time, then 'processing' */
	runningStatus?: string;
	/** whether /create takes data URIs, which its pages do not mention; undefined = 'accept' */
	gptunnelDataUris?: 'accept' | 'refuse';
	/** what the next paid requests to any gateway get in place of an answer, one entry each and removed when used */
	submitFaults?: SandboxFault[];
	/** what the next looks at tasks get in place of an answer, likewise */
	resultFaults?: SandboxFault[];
	/** what the next downloads from the file origin get in place of a file, likewise */
	fileFaults?: SandboxFault[];
	/** how many results of each finished task carry a link that the storage answers with this status; after them the link is good */
	deadLinks?: { results: number; status: 403 | 404 };
	/**
	 * how many tasks may be queued or running at once at BytePlus ModelArk, and as many at AgentsFlare (those of before a
	 * reset are not counted); an order beyond them is refused with 429 QuotaExceeded; undefined = any number
	 */
	queueLimit?: number;
	/** models that their maker has switched off: refused as unknown ones, in each gateway's own way; undefined = none */
	offModels?: readonly string[];
	/**
	 * what a list of models says, at ModelArk, at AgentsFlare and in GPTunnel's refusal of an order without a model;
	 * undefined = what the gateway has
	 */
	listedModels?: readonly string[];
	/** how long such a list takes, in seconds; undefined = 0 */
	modelListSeconds?: number;
	/** what stands before and after the JSON of every answer of the gateways, as from a proxy that keeps the connection alive */
	around?: { before?: string; after?: string };
	/** how many tasks a page of BytePlus's list has at most, whatever is asked for; undefined = what is asked for */
	mostListed?: number;
	/** how the calls to `callback_url` at BytePlus ModelArk go wrong, and at AgentsFlare; undefined = not at all */
	callbacks?: SandboxCallbacks;
	/** how BytePlus's list of tasks differs from what it should be; undefined = not at all */
	taskList?: SandboxTaskList;
	/** what the next requests for that list get in place of an answer, likewise; undefined = what those for a task get */
	listFaults?: SandboxFault[];
	/**
	 * what Seedance 2.5 makes of a ratio beside a first frame: refused at once (who ran it says so), or a task that fails
	 * (BytePlus's docs); undefined = 'refuse'
	 */
	frameRatio?: 'refuse' | 'fail';
}
