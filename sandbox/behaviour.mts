/** A task as the switches see it. */
export interface SandboxTask {
	model: string;
	prompt: string;
	/** 0 for the first task after the start or reset */
	number: number;
	id: string;
}

/** An answer that a gateway or a proxy gives in place of its own: the connection is cut, or any status and body. */
export type SandboxFault =
	| 'reset'
	| { status: number; headers?: Record<string, string>; body: string | Record<string, unknown> };

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
	/** how a task ends; undefined = 'done' */
	taskEnd?: 'done' | 'failed' | ((task: SandboxTask) => 'done' | 'failed');
	/** the gateway's word for a task at work; undefined = 'idle' in the first half of its time, then 'processing' */
	runningStatus?: string;
	/** whether /create takes data URIs, which its pages do not mention; undefined = 'accept' */
	gptunnelDataUris?: 'accept' | 'refuse';
	/**
	 * what the next requests to /v1/media/create get in place of an answer, one entry each and removed when used;
	 * 'reset' accepts the task (paid) and then cuts the connection
	 */
	createFaults?: SandboxFault[];
	/** what the next requests to /v1/media/result get in place of an answer, one entry each and removed when used */
	resultFaults?: SandboxFault[];
	/** how many results of each finished task carry a link that the storage answers with this status; after them the link is good */
	deadLinks?: { results: number; status: 403 | 404 };
}
