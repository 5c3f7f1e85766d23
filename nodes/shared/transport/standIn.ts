import { randomUUID } from 'node:crypto';

/**
 * Creates a short data URI that stands for an image in a text. Nobody else can know it, and it is as long as a file
 * must be.
 */
export const createStandIn = (mimeType: string) =>
	`data:${mimeType};base64,${Buffer.from(randomUUID().repeat(3)).toString('base64')}`;
