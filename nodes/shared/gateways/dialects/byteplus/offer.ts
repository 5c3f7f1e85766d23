import type { Known, MediaModel, Source } from '../../../generation/request';
import type { Gateway, ModelListApi } from '../../types';

/** A model, and when its maker shuts it down. */
export type KnownByMaker<Model extends MediaModel> = Model & Pick<Known<Model>, 'end'>;

/** What distinguishes the offer of a gateway that speaks BytePlus's dialect from those of the others. */
export interface OwnOffer<Model extends MediaModel> {
	description: string;
	/** Returns from where it is known that the gateway has a model. */
	sourceOf(model: string): Source;
	/** Whether the gateway is the maker's own: it has the maker's prices, and rejects models that were shut down. */
	isMaker?: boolean;
	/** Models that are not in the list, but known if their ID is typed. */
	moreNames?(): ReadonlyArray<KnownByMaker<Model>>;
}

/** Where and how such a gateway answers. */
export interface Endpoint {
	/** Where the gateway has BytePlus's endpoint. */
	path: string;
	/** Returns the failure in a response of the gateway, if it reports one. */
	parseError: Gateway['parseError'];
	modelList?: ModelListApi;
}
