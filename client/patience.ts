/** How long a client waits, and what it says of it. */

/** A pause that counts as long. */
export const LONG_PAUSE_MS = 500;

/** Milliseconds that a storm waits for a connection that does not get ready. */
export const GATE_PATIENCE_MS = 2_000;

/** Seconds that a restarted backend has until it answers. */
export const RESTART_WITHIN_S = 60;

/** Longest wait for an answer once a request had none: keys that are stuck are asked again at the end of the round. */
export const HOPELESS_MS = 2_000;

export const ONE_AT_A_TIME = 'the target lets one HTTP/2 stream go at a time (SETTINGS_MAX_CONCURRENT_STREAMS is 1)';

/** Most times one request is asked again before its last answer stands. */
export const MOST_RETRIES = 8;
