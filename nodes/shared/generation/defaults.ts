/** The field that n8n's own nodes use for a file. */
export const DEFAULT_FIELD = 'data';

/** A size that every model takes, and enough for most screens. */
export const DEFAULT_RESOLUTION = '2K';

/** The model knows best what the prompt needs. */
export const DEFAULT_ASPECT_RATIO = 'auto';

/** A set of 15 pictures in 4K takes minutes; ten leave room, and a request that hangs still ends. Seconds. */
export const DEFAULT_TIMEOUT = 600;

/**
 * A video takes minutes, and longer in a queue. An early timeout would only cause work: the task keeps running.
 * Seconds.
 */
export const DEFAULT_TASK_TIMEOUT = 1200;

/** URLs live a day, so nothing takes longer. */
export const MAX_TIMEOUT_SECONDS = 24 * 60 * 60;

/**
 * The gateways do not publish their limits, and a rejection (429) lowers the number automatically. An item in
 * progress is a task that is polled, or an open connection: more of them take hardly any memory, and with fewer a
 * long list takes longer, and n8n more processor time, as it collects garbage in every pause.
 */
export const DEFAULT_MAX_CONCURRENCY = 50;

/**
 * Large transfers at the same time, whatever the number of tasks: input images that are sent to the gateway, and files
 * from its storage. More would not be faster.
 */
export const MAX_PARALLEL_TRANSFERS = 10;

/** Adaptive: short at first, for images, and longer later, for videos. */
export const DEFAULT_POLL_INTERVAL = 0;

/** A status should not pass for a result. */
export const DEFAULT_ON_TIMEOUT = 'error';

/** A set is charged by the image, so it is never assumed. */
export const DEFAULT_MAX_IMAGES = 1;

/** A URL keeps the response small; the file is downloaded anyway. */
export const DEFAULT_RESPONSE_FORMAT = 'url';

/** Every model supports it, and a higher one costs more. */
export const DEFAULT_VIDEO_RESOLUTION = '720p';

/** The default of the models themselves. Seconds. */
export const DEFAULT_DURATION = 5;

/** As n8n's own nodes have it. */
export const DEFAULT_LIST_LIMIT = 50;

/** For a custom size: what most models generate at 2K. */
export const DEFAULT_WIDTH = 2048;
export const DEFAULT_HEIGHT = 2048;

/** The choices of While Waiting with which the execution pauses. The last takes a gateway that calls. */
export const UNTIL_CALLED = 'pauseUntilCalled';
export const PAUSES = ['pauseExecution', UNTIL_CALLED] as const;

/** It is faster, and needs no wiring. */
export const DEFAULT_WHILE_WAITING = 'keepRunning';
