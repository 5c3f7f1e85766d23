/** The field that n8n's own nodes use for a file. */
export const DEFAULT_FIELD = 'data';

/** A size that every model takes, and enough for most screens. */
export const DEFAULT_RESOLUTION = '2K';

/** The model knows best what the prompt needs. */
export const DEFAULT_ASPECT_RATIO = 'auto';

/** A set of 15 pictures in 4K takes minutes; ten leave room, and a request that hangs still ends. Seconds. */
export const DEFAULT_TIMEOUT = 600;

/** A video takes minutes, and longer in a queue. Giving up early would only make work: the task goes on. Seconds. */
export const DEFAULT_TASK_TIMEOUT = 1200;

/** Links live a day, so nothing takes longer. Seconds. */
export const MAX_TIMEOUT_SECONDS = 24 * 60 * 60;

/**
 * The gateways do not publish their limits, and what they refuse (429) lowers the number by itself. An item at work
 * is a task that is only polled, or a connection that waits: more of them take next to nothing, and with fewer a
 * long list takes longer, and n8n more processor time, as it collects garbage in every pause.
 */
export const DEFAULT_MAX_CONCURRENCY = 50;

/**
 * So many large things go over the network at the same time, whatever the number of tasks: input images on their way
 * to the gateway, and files from its storage. More would not be quicker, and take memory.
 */
export const MAX_PARALLEL_TRANSFERS = 10;

/**
 * Some gateways generate a few more than requested. Beyond these, only the URLs are returned: each file may have
 * gigabytes.
 */
export const SPARE_FILES = 3;

/** How many files a task has at most whose order is not known. */
export const MAX_FILES_OF_TASK = 17;

/**
 * A gateway that keeps the connection until the picture is there: so many at once whose pictures are in memory
 * meanwhile.
 */
export const DEFAULT_MAX_IN_MEMORY = 10;

/** Adaptive: quick at first, for pictures, and slower later, for videos. */
export const DEFAULT_POLL_INTERVAL = 0;

/** A wait that came to nothing should not pass for a result. */
export const DEFAULT_ON_TIMEOUT = 'error';

/** Each image of a set is charged, so a set has to be requested explicitly. */
export const DEFAULT_MAX_IMAGES = 1;

/** A link keeps the answer small; the file is downloaded anyway. */
export const DEFAULT_RESPONSE_FORMAT = 'url';

/** Every model draws it, and a larger one costs more. */
export const DEFAULT_VIDEO_RESOLUTION = '720p';

/** What the models take where nothing is said. Seconds. */
export const DEFAULT_DURATION = 5;

/** As n8n's own nodes have it. */
export const DEFAULT_LIST_LIMIT = 50;

/** When own pixels are chosen: what most models draw at 2K. */
export const DEFAULT_WIDTH = 2048;
export const DEFAULT_HEIGHT = 2048;

/** It is quicker, and needs no wiring. */
export const DEFAULT_WHILE_WAITING = 'keepRunning';

/** n8n checks once a minute what is due, so that a shorter pause would save nothing. Seconds. */
export const FIRST_RESUME = 30;

/** A pause is so much of the time that the task has taken already: as late as that, at most. */
export const INTERVAL_FRACTION_OF_AGE = 0.1;

/** Nobody wants to be later than this, however long a task takes. Seconds. */
export const MAX_INTERVAL_SECONDS = 300;

/** For the poll that comes when the time allowed is over, or nearly so. Seconds. */
export const FINAL_CHECK_SECONDS = 5;
