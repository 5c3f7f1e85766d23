import type { Known, MediaModel, ModelEnd } from './request';

/** How a model stands on a given day. */
export type ModelLife = 'living' | 'ending' | 'ended';

/** So long before its end a model is marked in the list. Days. */
const NOTICE_DAYS = 60;

const DAY_MS = 24 * 60 * 60 * 1000;

type Ending = { end?: ModelEnd };

/** Whether a model lives, ends within 60 days, or has ended, as far as its maker has named a date. */
export function lifeOf({ end }: Ending, now: Date): ModelLife {
	if (end === undefined) return 'living';
	const left = new Date(end.at).getTime() - now.getTime();
	if (left <= 0) return 'ended';
	return left <= NOTICE_DAYS * DAY_MS ? 'ending' : 'living';
}

/** "November 11, 2026", the same in every time zone; "May 2026" where no day is known. */
export function endDate(end: ModelEnd): string {
	return new Intl.DateTimeFormat('en-US', {
		timeZone: 'UTC',
		year: 'numeric',
		month: 'long',
		...(hasDay(end) ? { day: 'numeric' } : {}),
	}).format(new Date(end.at));
}

const hasDay = ({ at }: ModelEnd) => at.length > 'YYYY-MM'.length;

/** "on November 11, 2026", or "in May 2026". */
export const whenEnded = (end: ModelEnd) => `${hasDay(end) ? 'on' : 'in'} ${endDate(end)}`;

const LIVES: readonly ModelLife[] = ['living', 'ending', 'ended'];

/**
 * Models in the order in which a user wants them: those that live, then those that end soon, then the rest; else as
 * they are.
 */
export function sortedByLife<Model extends Ending>(models: readonly Model[], now: Date): Model[] {
	return LIVES.flatMap((life) => models.filter((model) => lifeOf(model, now) === life));
}

/** Where the models of a list stand by their price: nothing where too few of the living have one. */
export function priceMark<Model extends MediaModel>(
	model: Known<Model>,
	models: ReadonlyArray<Known<Model>>,
	now: Date,
): 'cheapest' | 'most expensive' | undefined {
	const prices = models.flatMap((one) =>
		one.price === undefined || lifeOf(one, now) === 'ended' ? [] : [one.price],
	);
	const [least, most] = [Math.min(...prices), Math.max(...prices)];
	if (model.price === undefined || lifeOf(model, now) === 'ended' || least === most)
		return undefined;
	if (model.price === least) return 'cheapest';
	return model.price === most ? 'most expensive' : undefined;
}

/**
 * What to choose in place of a model that has ended, as a sentence.
 * @param models of the same gateway, to name it
 */
export function replacementFor<Model extends MediaModel>(
	{ end }: Known<Model>,
	models: ReadonlyArray<Known<Model>>,
): string {
	const { replacement } = end ?? {};
	if (replacement === undefined) return 'Choose another model from the list.';
	const name = models.find(({ id }) => id === replacement)?.name;
	return `Choose ${name === undefined ? replacement : `${name} (${replacement})`} instead.`;
}
