/** What a form shows for a gateway and an operation, by the gateways' own pages; lists without what stands in brackets. */
export interface ShownForm {
	gateway: string;
	operation: string;
	/** The parameters by their names, in the form's order. */
	parameters: readonly string[];
	/** What the lists offer, by the parameter. */
	lists: Readonly<Record<string, readonly string[]>>;
	/** Empty where there is no choice of a model. */
	models: readonly string[];
	/** The options: the parameters' names, and what the form calls them. */
	options: Readonly<Record<string, string>>;
}

/** A node, and its forms; the first is that of a node that was just added. */
export interface NodeForms {
	node: keyof typeof TYPES;
	/** What each gateway offers to do, in the form's order. */
	operations: Readonly<Record<string, readonly string[]>>;
	forms: readonly [ShownForm, ...ShownForm[]];
}

export const TYPES = {
	Seedream: 'n8n-nodes-seedream.seedream',
	Seedance: 'n8n-nodes-seedream.seedance',
	'GPT Image': 'n8n-nodes-seedream.gptImage',
} as const;

const FILES = { download: 'Download File', fileName: 'File Name', putOutputInField: 'Put Output in Field' };
const RUNS = { maxConcurrency: 'Max Concurrency', timeout: 'Timeout' };
const WAITS = { onTimeout: 'On Timeout', pollInterval: 'Poll Interval', whileWaiting: 'While Waiting' };
const OF_PICTURES = { ...FILES, ...RUNS, handLinksOn: 'Let Gateway Read URLs' };
const SETS = { maxImages: 'Max Images', watermark: 'Watermark' };
const FORMAT = { responseFormat: 'Response Format' };

/** `options` is not among them: n8n marks what is in it, but not the collection itself. */
const PICTURE = ['gateway', 'operation', 'model', 'prompt', 'images', 'resolution', 'aspectRatio'];
const RATIOS_IN_PIXELS = ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'];

/** Comes last: n8n forgets the options of a form that does not show them. */
const BALANCE: ShownForm = {
	gateway: 'GPTunnel',
	operation: 'Get Balance',
	parameters: ['gateway', 'operation'],
	lists: {},
	models: [],
	options: {},
};

const SEEDREAM: NodeForms = {
	node: 'Seedream',
	operations: { GPTunnel: ['Generate', 'Get Balance'], MyRouter: ['Generate'], AgentsFlare: ['Generate'], 'BytePlus ModelArk': ['Generate'] },
	forms: [
		{
			gateway: 'GPTunnel',
			operation: 'Generate',
			parameters: PICTURE,
			lists: { resolution: ['1K', '2K', '3K', '4K'], aspectRatio: ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'] },
			models: ['Seedream 4', 'Seedream 3'],
			options: { ...OF_PICTURES, ...FORMAT },
		},
		{
			gateway: 'MyRouter',
			operation: 'Generate',
			parameters: PICTURE,
			lists: { resolution: ['1K', '2K', '4K', 'Custom'], aspectRatio: RATIOS_IN_PIXELS },
			models: ['Seedream 4.0', 'Seedream 4.5'],
			options: { ...OF_PICTURES, ...SETS },
		},
		{
			gateway: 'AgentsFlare',
			operation: 'Generate',
			parameters: PICTURE,
			lists: { resolution: ['2K', '4K', 'Custom'], aspectRatio: RATIOS_IN_PIXELS },
			models: ['Seedream 4.5', 'Seedream 4.0', 'Seedream 5.0 Lite'],
			options: { ...OF_PICTURES, ...SETS, ...FORMAT, stream: 'Stream Images' },
		},
		BALANCE,
	],
};

/** A node that works in tasks, at GPTunnel; and what it is at the other gateways. */
function inTasks(
	node: NodeForms['node'],
	aspectRatio: readonly string[],
	models: readonly string[],
	elsewhere: Elsewhere,
): NodeForms {
	const bought = {
		gateway: 'GPTunnel',
		parameters: ['gateway', 'operation', 'model', 'prompt', 'images', 'aspectRatio'],
		lists: { aspectRatio },
		models,
	};
	const takenUp = { gateway: 'GPTunnel', parameters: ['gateway', 'operation', 'taskId'], lists: {}, models: [] };
	return {
		node,
		operations: { GPTunnel: ['Create Task', 'Generate', 'Get Balance', 'Get Result', 'Wait Until Done'], ...elsewhere.operations },
		forms: [
			{ ...bought, operation: 'Generate', options: { ...FILES, ...RUNS, ...WAITS } },
			{ ...bought, operation: 'Create Task', options: RUNS },
			{ ...takenUp, operation: 'Get Result', options: { ...FILES, ...RUNS } },
			{ ...takenUp, operation: 'Wait Until Done', options: { ...FILES, ...RUNS, ...WAITS } },
			...elsewhere.forms,
			BALANCE,
		],
	};
}

const VIDEO = ['gateway', 'operation', 'model', 'prompt', 'images', 'resolution', 'duration', 'aspectRatio'];
const OF_VIDEOS = {
	seed: 'Seed',
	cameraFixed: 'Fixed Camera',
	generateAudio: 'Generate Audio',
	watermark: 'Watermark',
	serviceTier: 'Service Tier',
	executionExpiresAfter: 'Expire After',
};
const VIDEO_LISTS = {
	resolution: ['480p', '720p', '1080p'],
	aspectRatio: ['Auto', 'Adaptive', '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
};
const TASKS = ['Create Task', 'Generate', 'Get Result', 'Wait Until Done'];
const ALL_TASKS = ['Cancel Task', 'Create Task', 'Generate', 'Get Many', 'Get Result', 'Wait Until Done'];

/** What a node is at the other gateways. */
type Elsewhere = { operations: NodeForms['operations']; forms: readonly ShownForm[] };

const SEEDANCE_ELSEWHERE: Elsewhere = {
	operations: { MyRouter: TASKS, AgentsFlare: ALL_TASKS, 'BytePlus ModelArk': ALL_TASKS },
	forms: [
		{
			gateway: 'MyRouter',
			operation: 'Generate',
			parameters: VIDEO,
			lists: { ...VIDEO_LISTS, resolution: ['480p', '720p'] },
			models: ['1.5 Pro', '1 Pro', '1 Lite'].flatMap((name) => ['Text', 'Image'].map((from) => `Seedance ${name}, ${from} to Video`)),
			options: { ...FILES, ...RUNS, ...WAITS, ...OF_VIDEOS },
		},
		{
			gateway: 'BytePlus ModelArk',
			operation: 'Create Task',
			parameters: VIDEO,
			lists: VIDEO_LISTS,
			models: [
				'Seedance 1.5 Pro',
				'Seedance 2.0',
				'Seedance 2.0 Fast',
				'Seedance 2.5',
				'Seedance 1.0 Pro',
				'Seedance 1.0 Pro Fast',
				'Seedance 1.0 Lite, Text to Video',
				'Seedance 1.0 Lite, Image to Video',
			],
			options: { ...RUNS, ...OF_VIDEOS, returnLastFrame: 'Return Last Frame' },
		},
		{ gateway: 'BytePlus ModelArk', operation: 'Get Many', parameters: ['gateway', 'operation', 'returnAll', 'limit'], lists: {}, models: [], options: { model: 'Model', serviceTier: 'Service Tier', status: 'Status', taskIds: 'Task IDs' } },
		{ gateway: 'BytePlus ModelArk', operation: 'Cancel Task', parameters: ['gateway', 'operation', 'taskId', 'deleteEnded'], lists: {}, models: [], options: {} },
	],
};

const GPT_IMAGE_ELSEWHERE: Elsewhere = {
	operations: { MyRouter: ['Generate'], AgentsFlare: ['Generate'] },
	forms: [
		{
			gateway: 'AgentsFlare',
			operation: 'Generate',
			parameters: ['gateway', 'operation', 'model', 'prompt', 'images', 'aspectRatio'],
			lists: { aspectRatio: ['Auto', '1:1', '3:2', '2:3'] },
			models: ['GPT Image 1', 'GPT Image 1.5'],
			options: { ...FILES, ...RUNS, maxImages: 'Max Images', quality: 'Quality', background: 'Background', outputFormat: 'Output Format' },
		},
	],
};

const SEEDANCE_MODELS = ['Pro', 'Lite'].flatMap((family) =>
	['1080P', '720P', '480P'].flatMap((quality) => [5, 10].map((seconds) => `Seedance 1 ${family}, ${quality}, ${seconds} s`)),
);
const GPT_IMAGE_MODELS = [
	'GPT Image 1, High Quality',
	'GPT Image 1, Low Quality',
	'GPT Image 1, Medium Quality',
	'GPT Image 1.5',
	'GPT Image 1.5, Low Quality',
];

export const NODES: readonly NodeForms[] = [
	SEEDREAM,
	inTasks('Seedance', ['Auto', '1:1', '16:9', '9:16'], SEEDANCE_MODELS, SEEDANCE_ELSEWHERE),
	inTasks('GPT Image', ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4'], GPT_IMAGE_MODELS, GPT_IMAGE_ELSEWHERE),
];
