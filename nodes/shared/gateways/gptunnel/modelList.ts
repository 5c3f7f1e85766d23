import { z } from 'zod';
import { notUnderstood } from '../answers';
import type { ModelListPage } from '../gateway';

/** What GPTunnel says of a request without a model: every id that it takes there, in one text. */
const refusalSchema = z.object({ issues: z.array(z.object({ path: z.unknown(), expected: z.string() })) });

/** `"seedance-1-pro-1080P-5s" | "gpt-image-1-low" | …`, with quotation marks and parentheses or without. */
const idsIn = (expected: string): string[] => expected.split('|').flatMap((part) => /^[\s"'`(]*([\w.:/-]{1,100})[\s"'`)]*$/.exec(part)?.[1] ?? []);

/**
 * The models of GPTunnel's tasks. No page lists them; but a request without anything in it is refused, at no cost, with
 * the ids that it would take (third-party code, 2026-11).
 * @param belongs whether an id is one of the service
 */
export const modelListOf = (belongs: (id: string) => boolean): ModelListPage => ({
	ask: () => ({ method: 'POST', path: '/v1/media/create', body: {} }),

	read({ body }) {
		const issues = refusalSchema.safeParse(body).data?.issues ?? [];
		const ofModel = issues.find(({ path }) => [path].flat().join('.') === 'model');
		if (!ofModel) throw notUnderstood(body);
		return [...new Set(idsIn(ofModel.expected).filter(belongs))];
	},
});
