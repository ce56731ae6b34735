/**
 * How long a test waits for what must come, ms. It only ends what hangs, and costs nothing where all is well: what a
 * promise says of time is expected beside it. Far above what is usual: on one day all of it took two to four
 * times as long, and 20 s were not enough for a host's switch.
 */
export const patienceMs = 120_000;

/** The same of what is told at once: less than a poll is held at least (45 s), so that it is not heard at a poll's end alone. */
export const atOnceMs = 40_000;
