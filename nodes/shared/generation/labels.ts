/** The names of the input images in the forms. Errors use them as well. */
export const REFERENCE_IMAGES = 'Reference Images';
export const FIRST_FRAME = 'First Frame';
export const IMAGES = 'Images';
export const FIRST_AND_LAST_FRAME = 'First and Last Frame';

/** The option that decides whether a wait keeps the execution running. */
export const WHILE_WAITING = 'While Waiting';

/** The output that leads back into the node, when it pauses the execution. */
export const STILL_RUNNING = 'Still Running';

/** The label of the URL that the gateway calls when the status of a task changes. */
export const CALLBACK_URL = 'Callback URL';
