import { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';

import { type Exchange, exchangeOf } from './exchange.mjs';
import { injectFaults } from './faultInjection.mjs';
import { type Fault, faultsOf } from './faults.mjs';
import type { Form } from './forms.mjs';
import type { GptImageModel } from './gptImageModels.mjs';
import { faultAt, lookAtImages, orderFault } from './gptImageRules.mjs';
import { isServed } from './modelLists.mjs';
import {
	answerAtOnce,
	answerStream,
	type OpenAiOrder,
	type Path,
	PATHS,
	type Told,
} from './openAiAnswers.mjs';
import type { OrderSchema } from './openAiOrders.mjs';
import type { SandboxContext, SandboxGateway } from './sandbox.mjs';

/** Who answers in OpenAI's dialect. */
export interface OpenAiFront {
	gateway: SandboxGateway;
	/** as a reader knows it */
	displayName: string;
	models: ReadonlyMap<string, GptImageModel>;
	orders: Record<Path, OrderSchema>;
	/** several images may be called `image` each, not only `image[]` */
	repeatsImage: boolean;
	/** in the order of the answer */
	tells: Record<Path, ReadonlyArray<keyof Told>>;
	/** whether a request is for this gateway: several gateways have these paths, and the sandbox has one address for all */
	isMeantBy(authorization: string | undefined, context: SandboxContext): boolean;
	refuseKey(exchange: Exchange, response: Response): void;
	refuseModel(exchange: Exchange, response: Response, model: string): void;
	refuseFault(exchange: Exchange, response: Response, fault: Fault): void;
}

const bodyWithModel = z.object({ model: z.string() });

/** OpenAI's image API, as its docs have it: `POST /v1/images/generations` with JSON, `POST /v1/images/edits` with a form. */
export function openAiImageRoutes(front: OpenAiFront, context: SandboxContext): Router {
	const routes = Router();
	const takeOwn: RequestHandler = (request, _response, next) => {
		if (!front.isMeantBy(request.headers.authorization, context)) {
			next('route');
			return;
		}
		exchangeOf(request).record.gateway = front.gateway;
		next();
	};
	const injectSubmitFaults = injectFaults(() => context.behaviour().submitFaults);
	for (const path of PATHS) {
		routes.post(`/v1/images/${path}`, takeOwn, injectSubmitFaults, async (request, response) => {
			const exchange = exchangeOf(request);
			const order = await readOrder(front, path, exchange, response, context);
			if (order === undefined) return;
			exchange.record.paid = true;
			await (order.asked.stream ? answerStream : answerAtOnce)(order, response, context);
		});
	}
	return routes;
}

/** What was ordered, or undefined when it was refused; first the key, then the model, then the rest. */
async function readOrder(
	front: OpenAiFront,
	path: Path,
	exchange: Exchange,
	response: Response,
	context: SandboxContext,
): Promise<OpenAiOrder | undefined> {
	if (exchange.record.headers.authorization !== `Bearer ${context.keys[front.gateway]}`) {
		front.refuseKey(exchange, response);
		return undefined;
	}
	const sent = path === 'edits' ? formOf(front, exchange) : jsonOf(exchange);
	if ('fault' in sent) {
		front.refuseFault(exchange, response, sent.fault);
		return undefined;
	}
	const named = bodyWithModel.safeParse(sent.input);
	const model =
		named.success && isServed(named.data.model, context.behaviour())
			? front.models.get(named.data.model)
			: undefined;
	if (named.success && model === undefined) {
		front.refuseModel(exchange, response, named.data.model);
		return undefined;
	}
	const parsed = front.orders[path].safeParse(sent.input);
	if (!parsed.success || model === undefined) {
		const [fault] = parsed.error === undefined ? [] : faultsOf(parsed.error);
		front.refuseFault(exchange, response, fault ?? faultAt('', 'the body is invalid'));
		return undefined;
	}
	const asked = parsed.data;
	const looked = orderFault(asked, model) ?? (await lookAtImages(asked));
	if (!Array.isArray(looked)) {
		front.refuseFault(exchange, response, looked);
		return undefined;
	}
	return { gateway: front.displayName, path, asked, references: looked, tells: front.tells[path] };
}

type Sent = { input: unknown } | { fault: Fault };

function jsonOf({ bodyFault, record }: Exchange): Sent {
	return bodyFault === undefined ? { input: record.body } : { fault: faultAt('', bodyFault) };
}

/** A form, with its images under one name: OpenAI's docs call one `image`, and several `image[]`. */
function formOf({ repeatsImage }: OpenAiFront, { form, formFault }: Exchange): Sent {
	if (form === undefined)
		return { fault: faultAt('', formFault ?? 'Content-Type must be multipart/form-data') };
	const { image, 'image[]': several, ...fields }: Form = form;
	if (image !== undefined && several !== undefined)
		return { fault: faultAt('image', 'image and image[] do not go together') };
	if (Array.isArray(image) && !repeatsImage)
		return { fault: faultAt('image', 'a list goes by the name image[]') };
	const images = image ?? several;
	return { input: images === undefined ? fields : { ...fields, image: [images].flat() } };
}
