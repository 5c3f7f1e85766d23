/** The field that n8n's own nodes use for a file. */
export const DEFAULT_FIELD = 'data';

/** A size that every model takes, and enough for most screens. */
export const DEFAULT_RESOLUTION = '2K';

/** The model knows best what the prompt needs. */
export const DEFAULT_ASPECT_RATIO = 'auto';

/** A set of 15 pictures in 4K takes minutes; ten leave room, and a request that hangs still ends. Seconds. */
export const DEFAULT_TIMEOUT = 600;

/** The gateways do not publish their limits; five at once is quick and rarely refused. */
export const DEFAULT_MAX_CONCURRENCY = 5;

/** A set costs by the picture, so it is asked for, never assumed. */
export const DEFAULT_MAX_IMAGES = 1;

/** A link keeps the answer small; the file is downloaded anyway. */
export const DEFAULT_RESPONSE_FORMAT = 'url';

/** When own pixels are chosen: what most models draw at 2K. */
export const DEFAULT_WIDTH = 2048;
export const DEFAULT_HEIGHT = 2048;
