import { z } from 'zod';
import { DEFAULT_TASK_TIMEOUT } from '../shared/defaults';
import { modelOf } from '../shared/form/choices';
import { COMMON_FALLBACKS, commonFields, commonOptions } from '../shared/form/common';
import type { MediaService } from '../shared/gateways/gateway';
import { gptImageServers } from '../shared/gateways/registry';
import { exchangeOf } from '../shared/job';
import { checkMediaRequest } from '../shared/media/mediaRequest';
import type { Product } from '../shared/prepare';

const gptImageForm = z.object({ ...commonFields, options: z.object(commonOptions(DEFAULT_TASK_TIMEOUT)).default({}) });

/** Pictures of GPT Image. */
export const gptImageProduct: Product<MediaService, z.output<typeof gptImageForm>> = {
	servers: gptImageServers,
	schema: gptImageForm,
	fallbacks: COMMON_FALLBACKS,
	wish({ model: chosen, prompt, aspectRatio }, references, server) {
		const { service } = server;
		const { id: model } = modelOf(gptImageServers, server, chosen);
		const asked = { model, prompt, aspectRatio };
		checkMediaRequest(asked, references.length, service, service.imagesLabel);
		return { model, asked, isSet: false, exchange: (images) => exchangeOf(service, { ...asked, images }) };
	},
};
