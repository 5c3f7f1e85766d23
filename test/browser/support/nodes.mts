/** What the form of a node shows for a gateway and an operation, by the gateways' own pages. */
export interface ShownForm {
	title: string;
	node: 'Seedream' | 'Seedance' | 'GPT Image';
	gateway: 'gptunnel' | 'myRouter' | 'agentsFlare';
	operation: string;
	/** The parameters by their names, in the form's order. */
	parameters: readonly string[];
	/** What the lists offer, by the parameter. */
	lists: Readonly<Record<string, readonly string[]>>;
	models: readonly string[];
	/** The options by their names, as the form calls them. */
	options: Readonly<Record<string, string>>;
}

export const TYPES = {
	Seedream: 'n8n-nodes-seedream.seedream',
	Seedance: 'n8n-nodes-seedream.seedance',
	'GPT Image': 'n8n-nodes-seedream.gptImage',
} as const;

const FILES = { download: 'Download', fileName: 'File Name', putOutputInField: 'Put Output in Field' };
const RUNS = { maxConcurrency: 'Max Concurrency', timeout: 'Timeout' };
const WAITS = { onTimeout: 'On Timeout', pollInterval: 'Poll Interval' };

const SEEDREAM = ['gateway', 'operation', 'model', 'prompt', 'images', 'resolution', 'aspectRatio', 'options'];
const RATIOS_IN_PIXELS = ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '21:9'];

const BUYS = ['gateway', 'operation', 'model', 'prompt', 'images', 'aspectRatio', 'options'];
const TAKES_UP = ['gateway', 'operation', 'taskId', 'options'];

const SEEDANCE = {
	lists: { aspectRatio: ['Auto', '1:1', '16:9', '9:16'] },
	models: ['Pro', 'Lite'].flatMap((family) =>
		['1080P', '720P', '480P'].flatMap((quality) => [5, 10].map((seconds) => `Seedance 1 ${family}, ${quality}, ${seconds} s`)),
	),
};
const GPT_IMAGE = {
	lists: { aspectRatio: ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4'] },
	models: ['GPT Image 1, High Quality', 'GPT Image 1, Low Quality', 'GPT Image 1, Medium Quality', 'GPT Image 1.5', 'GPT Image 1.5, Low Quality'],
};

/** The four operations of a node that works in tasks. */
const inTasks = (node: 'Seedance' | 'GPT Image', { lists, models }: Pick<ShownForm, 'lists' | 'models'>): ShownForm[] => {
	const bought = { node, gateway: 'gptunnel', parameters: BUYS, lists, models } as const;
	const takenUp = { node, gateway: 'gptunnel', parameters: TAKES_UP, lists: {}, models: [] } as const;
	return [
		{ ...bought, title: `${node}, Generate`, operation: 'generate', options: { ...FILES, ...RUNS, ...WAITS } },
		{ ...bought, title: `${node}, Create Task`, operation: 'createTask', options: RUNS },
		{ ...takenUp, title: `${node}, Get Result`, operation: 'getResult', options: { ...FILES, ...RUNS } },
		{ ...takenUp, title: `${node}, Wait Until Done`, operation: 'waitUntilDone', options: { ...FILES, ...RUNS, ...WAITS } },
	];
};

export const FORMS: readonly ShownForm[] = [
	{
		title: 'Seedream at GPTunnel',
		node: 'Seedream',
		gateway: 'gptunnel',
		operation: 'generate',
		parameters: SEEDREAM,
		lists: { resolution: ['1K', '2K', '3K', '4K'], aspectRatio: ['Auto', '1:1', '16:9', '9:16', '4:3', '3:4', '21:9', '9:21'] },
		models: ['Seedream 4'],
		options: { ...FILES, ...RUNS, handLinksOn: 'Hand Links On', responseFormat: 'Response Format' },
	},
	{
		title: 'Seedream at MyRouter',
		node: 'Seedream',
		gateway: 'myRouter',
		operation: 'generate',
		parameters: SEEDREAM,
		lists: { resolution: ['1K', '2K', '4K', 'Custom'], aspectRatio: RATIOS_IN_PIXELS },
		models: ['Seedream 4.0'],
		options: { ...FILES, ...RUNS, handLinksOn: 'Hand Links On', maxImages: 'Max Images', watermark: 'Watermark' },
	},
	{
		title: 'Seedream at AgentsFlare',
		node: 'Seedream',
		gateway: 'agentsFlare',
		operation: 'generate',
		parameters: SEEDREAM,
		lists: { resolution: ['2K', '4K', 'Custom'], aspectRatio: RATIOS_IN_PIXELS },
		models: ['Seedream 4.5', 'Seedream 4.0', 'Seedream 5.0 Lite'],
		options: {
			...FILES,
			...RUNS,
			handLinksOn: 'Hand Links On',
			maxImages: 'Max Images',
			responseFormat: 'Response Format',
			watermark: 'Watermark',
		},
	},
	...inTasks('Seedance', SEEDANCE),
	...inTasks('GPT Image', GPT_IMAGE),
];

/** Every option that some gateway or operation has, set to what it is by default. */
export const ALL_OPTIONS: Readonly<Record<string, unknown>> = {
	download: true,
	fileName: '',
	handLinksOn: false,
	maxConcurrency: 20,
	maxImages: 1,
	onTimeout: 'error',
	pollInterval: 0,
	putOutputInField: 'data',
	responseFormat: 'url',
	timeout: 600,
	watermark: false,
};
