import type { ReferenceRules } from '../media/imageRequest';

/**
 * Seedream itself takes reference files of up to 10 MB (myrouter-seedream-4.0.md), whichever gateway
 * hands them on; the other pages do not say.
 */
export const SEEDREAM_REFERENCES: ReferenceRules = { maxBytes: 10 * 1024 * 1024 };
