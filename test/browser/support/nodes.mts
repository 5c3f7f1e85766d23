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
	/** Whether their order depends on the day: some have not ended yet. */
	modelsMove?: boolean;
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

const FILES = {
	download: 'Download File',
	fileName: 'File Name',
	putOutputInField: 'Put Output in Field',
};
const RUNS = { maxConcurrency: 'Max Concurrency', timeout: 'Timeout' };
const WAITS = {
	onTimeout: 'On Timeout',
	pollInterval: 'Poll Interval',
	whileWaiting: 'While Waiting',
};
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
	operations: {
		GPTunnel: ['Generate', 'Get Balance'],
		MyRouter: ['Generate'],
		AgentsFlare: ['Generate'],
		'BytePlus ModelArk': ['Generate'],
	},
	forms: [
		{
			gateway: 'GPTunnel',
			operation: 'Generate',
			parameters: PICTURE,
			lists: {
				resolution: ['1K', '2K', '3K', '4K'],
				aspectRatio: ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'],
			},
			models: ['Seedream 4'],
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
			models: [
				'Seedream 4.5',
				'Seedream 5.5',
				'Seedream 5.0 Pro',
				'Seedream 5.0 Flash',
				'Seedream 5.0 Lite',
				'Seedream 4.0',
			],
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
		modelsMove: node === 'GPT Image',
	};
	const takenUp = {
		gateway: 'GPTunnel',
		parameters: ['gateway', 'operation', 'taskId'],
		lists: {},
		models: [],
	};
	return {
		node,
		operations: {
			GPTunnel: ['Create Task', 'Generate', 'Get Balance', 'Get Result', 'Wait Until Done'],
			...elsewhere.operations,
		},
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

const VIDEO = [
	'gateway',
	'operation',
	'model',
	'prompt',
	'images',
	'resolution',
	'duration',
	'aspectRatio',
];
/** Of Seedance 1 at MyRouter. */
const OF_VERSION_1 = { seed: 'Seed', cameraFixed: 'Fixed Camera' };
/** Of Seedance 2.0 at BytePlus. */
const OF_VERSION_2 = {
	executionExpiresAfter: 'Expire After',
	generateAudio: 'Generate Audio',
	priority: 'Priority',
	referenceAudio: 'Reference Audio',
	referenceVideos: 'Reference Videos',
	returnLastFrame: 'Return Last Frame',
	safetyIdentifier: 'Safety Identifier',
	watermark: 'Watermark',
	webSearch: 'Web Search',
};
const VIDEO_LISTS = {
	resolution: ['480p', '720p', '1080p'],
	aspectRatio: ['Auto', 'Adaptive', '16:9', '9:16', '4:3', '3:4', '1:1', '21:9'],
};
const TASKS = ['Create Task', 'Generate', 'Get Result', 'Wait Until Done'];
const ALL_TASKS = [
	'Cancel Task',
	'Create Task',
	'Generate',
	'Get Many',
	'Get Result',
	'Wait Until Done',
];

/** What a node is at the other gateways. */
type Elsewhere = { operations: NodeForms['operations']; forms: readonly ShownForm[] };

const SEEDANCE_ELSEWHERE: Elsewhere = {
	operations: { MyRouter: TASKS, AgentsFlare: ALL_TASKS, 'BytePlus ModelArk': ALL_TASKS },
	forms: [
		{
			gateway: 'MyRouter',
			operation: 'Generate',
			parameters: VIDEO,
			lists: VIDEO_LISTS,
			models: ['1 Pro', '1.5 Pro', '1 Lite'].flatMap((name) =>
				['Text', 'Image'].map((from) => `Seedance ${name}, ${from} to Video`),
			),
			options: { ...FILES, ...RUNS, ...WAITS, ...OF_VERSION_1 },
		},
		{
			gateway: 'BytePlus ModelArk',
			operation: 'Create Task',
			parameters: VIDEO,
			lists: { ...VIDEO_LISTS, resolution: ['480p', '720p'] },
			models: [
				'Seedance 2.0 Mini',
				'Seedance 2.0',
				'Seedance 2.0 Fast',
				'Seedance 2.5',
				'Seedance 1.0 Pro',
				'Seedance 1.0 Pro Fast',
				'Seedance 1.5 Pro',
				'Seedance 1.0 Lite, Text to Video',
				'Seedance 1.0 Lite, Image to Video',
			],
			options: { ...RUNS, ...OF_VERSION_2, callbackUrl: 'Callback URL' },
		},
		{
			gateway: 'BytePlus ModelArk',
			operation: 'Get Many',
			parameters: ['gateway', 'operation', 'returnAll', 'limit'],
			lists: {},
			models: [],
			options: {
				model: 'Model',
				serviceTier: 'Service Tier',
				status: 'Status',
				taskIds: 'Task IDs',
			},
		},
		{
			gateway: 'BytePlus ModelArk',
			operation: 'Cancel Task',
			parameters: ['gateway', 'operation', 'taskId', 'deleteEnded'],
			lists: {},
			models: [],
			options: {},
		},
	],
};

const GPT_IMAGE_ELSEWHERE: Elsewhere = {
	operations: { MyRouter: ['Generate'], AgentsFlare: ['Generate'] },
	forms: [
		{
			gateway: 'AgentsFlare',
			operation: 'Generate',
			parameters: PICTURE,
			lists: {
				resolution: ['Auto', '1K', '2K', '4K', 'Custom'],
				aspectRatio: ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9', '9:21'],
			},
			models: [
				'GPT Image 2',
				'GPT Image 2.6 Flare',
				'GPT Image 2.6 Sunburst',
				'GPT Image 2.5 Flare',
				'GPT Image 2.5 Sunburst',
				'GPT Image 1.5',
				'GPT Image 1',
			],
			options: {
				...FILES,
				...RUNS,
				background: 'Background',
				mask: 'Mask',
				maxImages: 'Max Images',
				moderation: 'Moderation',
				outputCompression: 'Output Compression',
				outputFormat: 'Output Format',
				quality: 'Quality',
				safetyIdentifier: 'Safety Identifier',
			},
		},
	],
};

const lengthsOf = (family: string, qualities: readonly string[]) =>
	qualities.flatMap((quality) =>
		[5, 10].map((seconds) => `Seedance 1 ${family}, ${quality}, ${seconds} s`),
	);
const SEEDANCE_MODELS = [
	...lengthsOf('Pro', ['1080P', '720P', '480P']),
	...lengthsOf('Lite', ['720P', '480P']),
];
/** Two of them end on December 1, 2026. */
const GPT_IMAGE_MODELS = [
	'GPT Image 1.5',
	'GPT Image 1.5, Low Quality',
	'GPT Image 1, Low Quality',
	'GPT Image 1, Medium Quality',
	'GPT Image 1, High Quality',
];

export const NODES: readonly NodeForms[] = [
	SEEDREAM,
	inTasks('Seedance', ['Auto', '1:1', '16:9', '9:16'], SEEDANCE_MODELS, SEEDANCE_ELSEWHERE),
	inTasks(
		'GPT Image',
		['Auto', '1:1', '16:9', '9:16', '4:3', '3:4'],
		GPT_IMAGE_MODELS,
		GPT_IMAGE_ELSEWHERE,
	),
];
