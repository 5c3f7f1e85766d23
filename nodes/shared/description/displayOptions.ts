import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/**
 * Adds conditions to those that each field has already. n8n-workflow's `updateDisplayOptions` does the same with deep
 * copies, with which creating the three nodes takes nearly twice as long.
 */
export const addDisplayOptions = (
	{ show, hide }: Pick<IDisplayOptions, 'show' | 'hide'>,
	fields: readonly INodeProperties[],
): INodeProperties[] =>
	fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			...(show && { show: { ...field.displayOptions?.show, ...show } }),
			...(hide && { hide: { ...field.displayOptions?.hide, ...hide } }),
		},
	}));

/**
 * Shows a collection, or a field inside it, for certain operations. These are addressed from the root of the form: the
 * editor would empty a collection that depends on its neighbor "operation" whenever the operation is changed.
 */
export const showForOperations = (operations: string[]): IDisplayOptions => ({
	show: { '/operation': operations },
});
