import type { ReferenceRules } from '../media/mediaRequest';

/**
 * What Seedream itself takes, whichever gateway hands it on (myrouter-seedream-4.0.md; the other pages do
 * not say): reference files of up to 10 MB, and 15 references and pictures made together.
 */
export const SEEDREAM_REFERENCES: ReferenceRules = { maxBytes: 10 * 1024 * 1024, maxWithResults: 15 };

/**
 * So many places of a set are read, whatever the answer says: no set has more than 15, and one without end would
 * be downloaded without end.
 */
export const MOST_PLACES = 100;

/** The longer side of own pixels may be at most 16 times the shorter (myrouter-seedream-4.0.md, "size"). */
export const SEEDREAM_MAX_RATIO = 16;
