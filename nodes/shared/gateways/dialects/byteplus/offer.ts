import type { Known, MediaModel, Source } from '../../../generation/request';
import type { Gateway, ModelListApi } from '../../types';

/** A model, and when its maker ends it. */
export type KnownByMaker<Model extends MediaModel> = Model & Pick<Known<Model>, 'end'>;

/** What sets apart what a gateway offers in BytePlus's dialect. */
export interface Offer<Model extends MediaModel> {
	/** Where the gateway has BytePlus's endpoint. */
	path: string;
	description: string;
	/** What kind of failure an answer of the gateway is. */
	parseError: Gateway['parseError'];
	/** Where it is known from that the gateway has a model. */
	sourceOf(model: string): Source;
	/** Whether it is the maker's own: the prices are its own then, and what was shut down is refused. */
	isMaker?: boolean;
	/** Models that are not in the list, but known where they are typed. */
	moreNames?(): ReadonlyArray<KnownByMaker<Model>>;
	modelList?: ModelListApi;
}
