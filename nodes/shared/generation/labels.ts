/** What the forms call the input images. Errors name them so. */
export const REFERENCE_IMAGES = 'Reference Images';
export const FIRST_FRAME = 'First Frame';
export const IMAGES = 'Images';
export const FIRST_AND_LAST_FRAME = 'First and Last Frame';

/** The option that says whether a wait holds the execution. */
export const WHILE_WAITING = 'While Waiting';

/** The output that leads back into the node, when it pauses the execution. */
export const STILL_RUNNING = 'Still Running';
