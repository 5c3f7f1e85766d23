import { anyOf } from '../media/patterns';
import type { FailureKind } from '../errors/policy';

/** A kind of failure, or a function that decides it by all texts of the error. */
type KindOrReader = FailureKind | ((texts: string) => FailureKind);

/** Patterns of codes and messages, in the order in which they are tried. */
export type ErrorPatterns = ReadonlyArray<readonly [pattern: RegExp, kind: KindOrReader]>;

/** Texts about an empty account. White and loads also have a balance, and a credit may be a card. */
export const EMPTY_BALANCE = anyOf(
	/(?<!load[ -]|white[ -]|[a-z])balance(?![a-z])/,
	/(?<![a-z])credits?(?![a-z]|[ -]cards?)/,
	/insufficient[_ ](user[_ ])?(funds|quota)/,
	/pre_consume_token_quota/,
	/\bbudget\b.{0,40}\bexceeded\b/,
	/\bexceeded\b.{0,40}\bbudget\b/,
	/(额度|余额).{0,4}(不足|用尽)|预扣费额度失败|欠费/,
);

/**
 * Returns what the first known text means.
 * @param texts the code before the message, which may contain any word; some codes need both
 */
export function matchKind(
	texts: readonly string[],
	patterns: ErrorPatterns,
): FailureKind | undefined {
	for (const text of texts) {
		const [, kind] = patterns.find(([pattern]) => pattern.test(text)) ?? [];
		if (kind !== undefined) return typeof kind === 'function' ? kind(texts.join(' ')) : kind;
	}
	return undefined;
}
