import type { INodeParameters, OnError } from 'n8n-workflow';
import type {
	SandboxBehaviour,
	SandboxFault,
	SandboxGateway,
} from '../../../../sandbox/sandbox.mjs';

export type NodeName = 'Seedream' | 'Seedance' | 'GptImage';
export type Operation = 'generate' | 'createTask' | 'getResult' | 'waitUntilDone';

/** Who is asked to do what. */
export interface Service {
	gateway: SandboxGateway;
	node: NodeName;
	operation: Operation;
}

/**
 * One row of the fault table. In the bodies of faults `<KEY>` stands for the key that was sent, and `<LINK>` for a link
 * to a good picture.
 */
export interface Row extends Service {
	/** What goes wrong. */
	fault: string;
	submit?: SandboxFault[];
	look?: SandboxFault[];
	file?: SandboxFault[];
	/** Other switches of the sandbox; a task is done at once unless told. */
	behaviour?: Omit<SandboxBehaviour, 'submitFaults' | 'resultFaults' | 'fileFaults'>;
	/** `wrong`: another key than the gateway's; `closed`: an address where nothing listens; `https`: one that speaks http. */
	credential?: 'wrong' | 'closed' | 'https';
	/** Over those that the service needs. An item's number is `$json.number`. */
	parameters?: INodeParameters;
	/** The same with the link to a good picture of 2 MB. */
	parametersFor?: (largeLink: string) => INodeParameters;
	/** Over those that the service needs. */
	options?: INodeParameters;
	/** Default 1. */
	itemCount?: number;
	onError?: OnError;
	/** How many times "Retry On Fail" runs the node at most. */
	tries?: number;
	expect: Expected;
}

/** What must come of it; what is left out may be as it likes. */
export interface Expected {
	/** Requests that cost money. */
	paid: number;
	/** Requests to pages that cost money, whatever became of them; default as many as cost money. */
	submits?: number;
	looks?: number;
	/** Requests for lists of tasks, and for the status of a task, at gateways that have both; two more are no fault. */
	lists?: number;
	singlePolls?: number;
	downloads?: number;
	/** How often n8n ran the node. */
	runs?: number;
	/** The status of each item of the first output, `error` for one that failed; default none. */
	items?: string[];
	/** The same for the error output. */
	errors?: string[];
	/** How many items have a file; default as many as have succeeded. */
	files?: number;
	/** A part of the message of what stopped the node, or else of the first item that failed; nothing may fail without it. */
	message?: string;
	/** A part of its description. */
	description?: string;
	/** Whether the message names a task. */
	taskId?: boolean;
	httpCode?: string;
	/** Only under "On Error: Continue". */
	code?: string;
}

export const GATEWAY_NAMES: Record<SandboxGateway, string> = {
	gptunnel: 'GPTunnel',
	myRouter: 'MyRouter',
	agentsFlare: 'AgentsFlare',
	modelArk: 'BytePlus ModelArk',
};

const SEEDREAM = { node: 'Seedream', operation: 'generate' } as const;

/** Everything that makes pictures at once. */
export const SYNCHRONOUS: Service[] = [
	{ gateway: 'gptunnel', ...SEEDREAM },
	{ gateway: 'myRouter', ...SEEDREAM },
	{ gateway: 'agentsFlare', ...SEEDREAM },
];

const ofTasks = (operation: Operation): Service[] => [
	{ gateway: 'gptunnel', node: 'Seedance', operation },
	{ gateway: 'gptunnel', node: 'GptImage', operation },
];
export const GENERATES = ofTasks('generate');
export const CREATES = ofTasks('createTask');
/** Whose task it is makes no difference once it is there. */
export const WAITS = ofTasks('waitUntilDone').slice(1);
export const GETS = ofTasks('getResult').slice(1);

/** Everything that costs money. */
export const BUYERS: Service[] = [...SYNCHRONOUS, ...GENERATES, ...CREATES];

/** What a gateway says when it refuses, in its own shape: sections 1 to 4 of the gateways' README. */
export function refusal(
	gateway: SandboxGateway,
	status: number,
	words: string,
): Record<string, unknown> {
	switch (gateway) {
		case 'gptunnel':
			return { error: { message: words, type: 'invalid_request_error', param: null, code: null } };
		case 'myRouter':
			return { code: status, reason: 'SOME_REASON', message: words, metadata: {} };
		case 'agentsFlare':
			return { statusCode: status, message: words };
		case 'modelArk':
			return { error: { code: 'SomeCode', message: words, type: 'BadRequest' } };
	}
}

/** A timeout that ends a row, in seconds: long enough for all that comes before it on a busy machine. */
export const TIMEOUT = 3;
/** How a message says so. */
export const NO_RESULT = `no result within ${TIMEOUT} seconds`;

/** `count` faults of the same kind. */
export const times = (count: number, fault: SandboxFault): SandboxFault[] =>
	Array.from({ length: count }, () => fault);

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json' };

export const page = (status: number, title = 'Just a moment'): SandboxFault => ({
	status,
	headers: HTML,
	body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><a href="https://help.test/">Help</a></body></html>`,
});

/** Under HTTP 200, and not what a gateway answers. */
export const ODD_ANSWERS: ReadonlyArray<readonly [name: string, fault: SandboxFault]> = [
	['a page of HTML', page(200)],
	['an empty body', { status: 200, body: '' }],
	['broken JSON', { status: 200, headers: JSON_TYPE, body: '{"code":0,"id":"687fbd6' }],
	['{}', { status: 200, headers: JSON_TYPE, body: '{}' }],
	['[]', { status: 200, headers: JSON_TYPE, body: '[]' }],
	['null', { status: 200, headers: JSON_TYPE, body: 'null' }],
	['a text in JSON', { status: 200, headers: JSON_TYPE, body: '"accepted"' }],
	['a number in JSON', { status: 200, headers: JSON_TYPE, body: '42' }],
	[
		'JSON that is nested deeply',
		{ status: 200, headers: JSON_TYPE, body: `${'[{"data":'.repeat(400)}0${'}]'.repeat(400)}` },
	],
	[
		'names of something else in JavaScript',
		{
			status: 200,
			headers: JSON_TYPE,
			body: '{"__proto__":{"code":5},"constructor":1,"toString":null}',
		},
	],
	[
		'binary junk',
		{
			status: 200,
			body: Buffer.from(Array.from({ length: 3000 }, (_none, place) => (place * 167 + 89) % 256)),
		},
	],
	['HTTP 204', { status: 204, body: '' }],
];
