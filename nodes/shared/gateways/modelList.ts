import { z } from 'zod';
import { isGood } from './httpStatus';
import type { ModelListApi } from './types';
import { unexpectedResponse } from './unexpectedResponse';

/** OpenAI's form of a list of models, which other APIs share. Each entry is read by itself. */
const modelListSchema = z.object({
	data: z.array(
		z
			.object({ id: z.string().regex(/^[\w.:/-]{1,100}$/) })
			.optional()
			.catch(undefined),
	),
});

/**
 * A list of models in OpenAI's form: `GET …/models`. It has the models of all services, and others as well.
 * @param path where the gateway has it
 * @param family what the IDs of the service have in common
 */
export const openAiModelList = (path: string, family: RegExp): ModelListApi => ({
	buildRequest: () => ({ method: 'GET', path }),

	parseResponse({ httpStatus, body }) {
		const list = modelListSchema.safeParse(body);
		if (!isGood(httpStatus) || !list.success) throw unexpectedResponse(body);
		const ids = list.data.data.flatMap((entry) => entry?.id ?? []);
		return [...new Set(ids.filter((id) => family.test(id)))];
	},
});

/** What the IDs of a node's models have in common, at every gateway. */
export const FAMILIES = { seedream: /seedream/i, seedance: /seedance/i, gptImage: /gpt-image/i };
