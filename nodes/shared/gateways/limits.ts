import type { ReferenceRules } from '../generation/request';

/**
 * The limits of Seedream itself, whichever gateway serves it (myrouter-seedream-4.0.md; the other pages have none):
 * reference files of up to 10 MB, and at most 15 reference and generated images together.
 */
export const SEEDREAM_REFERENCES: ReferenceRules = {
	maxBytes: 10 * 1024 * 1024,
	maxWithResults: 15,
};

/**
 * The limits of Seedance itself for an image, whichever gateway serves it (the vendor's docs of the video API, and
 * MyRouter's): files of up to 30 MB, each side between 300 and 6000 pixels, the longer at most 2.5 times the shorter.
 */
export const SEEDANCE_REFERENCES: ReferenceRules = {
	maxBytes: 30 * 1024 * 1024,
	maxRatio: 2.5,
	sidesOver: 300,
	sidesUnder: 6000,
};

/**
 * The most entries of a set that are parsed, whatever the response claims: no set has more than 15, and an endless one
 * would be downloaded endlessly.
 */
export const MAX_FILES_IN_SET = 100;

/** The longer side of a custom size may be at most 16 times the shorter (myrouter-seedream-4.0.md, "size"). */
export const SEEDREAM_MAX_RATIO = 16;
