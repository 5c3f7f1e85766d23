import type { IWebhookDescription } from 'n8n-workflow';

/**
 * The URL that resumes a paused execution by way of the node: n8n resolves its path to the ID of the node, so that a
 * late call never resumes another one. It is in use during a pause only, and the editor does not show it.
 */
export const resumeWebhooks = (): IWebhookDescription[] => [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: '={{ $nodeId }}',
		isFullPath: true,
		restartWebhook: true,
	},
];
