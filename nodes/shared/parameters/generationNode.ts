import type { z } from 'zod';
import type { ChosenModel } from './choices';
import type { CommonParams } from './common';
import type { Reference, SpecialReference } from './inputImages';
import type { GatewayService } from '../gateways/registry';
import type { GenerationService } from '../gateways/types';
import type {
	WithoutImages,
	MediaModel,
	MediaRequest,
	ReferenceRules,
} from '../generation/request';

/** What a request is built from besides its parameters. */
export interface Selection<Service = GenerationService, Model extends MediaModel = MediaModel> {
	service: Service;
	model: ChosenModel<Model>;
	/** Named by the parameters, and not read yet. */
	inputImages: readonly Reference[];
}

/** A URL that the gateway opens itself, and the label of its field. */
export interface GatewayUrl {
	label: string;
	url: string;
	/** Whether the gateway sends something there, rather than read it. */
	isCalled?: boolean;
}

/** A request whose input images have not been read yet: plain data. */
export interface UnboundRequest<Request extends MediaRequest = MediaRequest> {
	/**
	 * Everything that the parameters state, apart from the images. It is hashed to recognize a purchase of an earlier try,
	 * so a different order of its keys would be charged again.
	 */
	request: WithoutImages<Request>;
	/** Whether the result may be several files of the same kind, which are numbered. */
	producesSet: boolean;
	/** The highest number of files that is expected. */
	maxFiles: number;
	/** The model's limits for input images, if they differ from those of the service. */
	imageRules?: ReferenceRules;
	/** URLs that the gateway opens itself, apart from those of images. */
	gatewayUrls?: readonly GatewayUrl[];
	/** An image that is not one of the input images: it is read after them, and sent as `mask`. */
	mask?: SpecialReference;
}

/** What a node generates: with which gateways, from which parameters, and how these become a request. */
export interface GenerationNode<
	Params extends CommonParams = CommonParams,
	Request extends MediaRequest = MediaRequest,
	Model extends MediaModel = MediaModel,
	Service extends GenerationService<Request, Model> = GenerationService<Request, Model>,
> {
	/** The gateways that the node offers. */
	services: ReadonlyArray<GatewayService<Service>>;
	/** The schema of one item's parameters. */
	schema: z.ZodType<Params, z.ZodTypeDef, unknown>;
	/** The value of each parameter that is read, for an item whose form hides it. */
	hiddenDefaults: Record<keyof Params, unknown>;
	/**
	 * Drops the options that the gateway or the model does not have.
	 * @throws GenerationError of kind `invalidInput` if a mask has no source
	 */
	toRequest(params: Params, selection: Selection<Service, Model>): UnboundRequest<Request>;
	/**
	 * Rejects what the model or the gateway would reject. Not called for a request that was already purchased.
	 * @throws GenerationError of kind `invalidInput`
	 */
	validate(
		unbound: UnboundRequest<Request>,
		params: Params,
		selection: Selection<Service, Model>,
	): void;
}
