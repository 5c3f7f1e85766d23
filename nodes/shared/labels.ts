/** What the forms call the input images. Errors name them so. */
export const REFERENCE_IMAGES = 'Reference Images';
export const FIRST_FRAME = 'First Frame';
export const IMAGES = 'Images';
export const FIRST_AND_LAST_FRAME = 'First and Last Frame';
