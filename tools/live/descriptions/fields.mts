import { z } from 'zod';
import { isLink } from '../../../nodes/shared/media/url.js';

export const text = z.string();
export const count = z.number().int().nonnegative();
export const unixSeconds = z.number().int().positive();
/** Must not be quoted in a report: it may be signed. */
export const link = z.string().refine(isLink, 'is no link');
