import type { INodeExecutionData } from 'n8n-workflow';
import type { ItemFailure } from './itemFailure';

/** One item of the output, or what failed in its place. */
export type ItemResult = { itemIndex: number; item: INodeExecutionData } | { failed: ItemFailure };
