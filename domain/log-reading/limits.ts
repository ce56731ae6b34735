/** Who reads renews the lease by asking for more; whoever left is forgotten this long after. In ms. */
export const leaseMs = 15_000;

/** Hosts of one reading: a person follows no more at a time. */
export const mostHosts = 10;
/** Lines of each host that stand before what is followed. */
export const mostLines = 1_000;
/** Text of one chunk, in bytes of UTF-8. */
export const chunkBytes = 64 * 1024;
/** Of one host: what comes faster is skipped, and said to be. */
export const bytesPerSecond = 128 * 1024;
/** Behind by more than this, a follower goes to the end of the output. */
export const mostBehindBytes = 1024 * 1024;

/** Readings at once: of one person, of one region, on one host. */
export const mostOfPerson = 5;
export const mostOfRegion = 20;
export const mostOnHost = 4;

/** Chunks of one reading that wait for who reads, in a region and at the centre: a host keeps its place meanwhile. */
export const mostWaiting = 32;
