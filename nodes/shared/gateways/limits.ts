import type { ReferenceRules } from '../generation/request';

/**
 * What Seedream itself takes, whichever gateway hands it on (myrouter-seedream-4.0.md; the other pages do
 * not say): reference files of up to 10 MB, and 15 references and pictures made together.
 */
export const SEEDREAM_REFERENCES: ReferenceRules = {
	maxBytes: 10 * 1024 * 1024,
	maxWithResults: 15,
};

/**
 * What Seedance itself takes as an image, whichever gateway hands it on (the vendor's docs of the video API, and
 * MyRouter's): files of up to 30 MB, each side between 300 and 6000 pixels, the longer at most 2.5 times the shorter.
 */
export const SEEDANCE_REFERENCES: ReferenceRules = {
	maxBytes: 30 * 1024 * 1024,
	maxRatio: 2.5,
	sidesOver: 300,
	sidesUnder: 6000,
};

/**
 * So many places of a set are read, whatever the answer says: no set has more than 15, and one without end would
 * be downloaded without end.
 */
export const MAX_FILES_IN_SET = 100;

/** The longer side of own pixels may be at most 16 times the shorter (myrouter-seedream-4.0.md, "size"). */
export const SEEDREAM_MAX_RATIO = 16;
