import type { SeedanceOffer } from '../shared/gateways/types';
import type { OfferedService } from '../shared/gateways/offers';
import type { VideoModel } from '../shared/generation/seedanceRequest';

/** The gateways that the node offers. */
export type SeedanceServices = ReadonlyArray<OfferedService<SeedanceOffer>>;

/** "Seedance 1.0" of "Seedance 1.0 Pro Fast". */
export const toVersion = (name: string): string => /^\S+ [\d.]+/.exec(name)?.[0] ?? name;

/** The versions with models that have a property, as an enumeration. */
export const listVersions = (
	services: SeedanceServices,
	has: (model: VideoModel) => boolean,
): string =>
	[
		...new Set(
			services.flatMap(({ service }) =>
				service.models.filter(has).map(({ name }) => toVersion(name)),
			),
		),
	]
		.join(', ')
		.replace(/, ([^,]*)$/, ' and $1');
