import { z } from 'zod';
import { notUnderstood } from './answers';
import type { ModelListPage } from './gateway';

/** OpenAI's form of a list of models, which others share. Each entry is judged by itself. */
const listSchema = z.object({ data: z.array(z.unknown()) });
const entrySchema = z.object({ id: z.string().regex(/^[\w.:/-]{1,100}$/) });

/**
 * A list of models in OpenAI's form: `GET …/models`. It has those of all services, and others besides.
 * @param path where the gateway has it
 * @param belongs whether an id is one of the service
 */
export const openAiModelList = (path: string, belongs: (id: string) => boolean): ModelListPage => ({
	ask: () => ({ method: 'GET', path }),

	read({ body }) {
		const list = listSchema.safeParse(body);
		if (!list.success) throw notUnderstood(body);
		const ids = list.data.data.flatMap((entry) => entrySchema.safeParse(entry).data?.id ?? []);
		return [...new Set(ids.filter(belongs))];
	},
});

/** The families of models that the nodes are for, by what their ids have in common at every gateway. */
export const isSeedream = (id: string) => /seedream/i.test(id);
export const isSeedance = (id: string) => /seedance/i.test(id);
export const isGptImage = (id: string) => /gpt-image/i.test(id);
