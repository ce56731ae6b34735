/** What a gateway has on its hands. */
export interface Load {
  /** How late its event loop is, of late: one pause counts half. */
  readonly lateMs: number;
  /** Requests that wait for the database. */
  readonly waiting: number;
}

/**
 * `calm`: everything is taken. `busy`: the poll of a host that isn't being served is refused, so that hosts which return don't keep
 * those from their goals that are there. `full`: nor is a report of such a host taken, or a connection; those that are served go
 * on, as each that is turned away has to be served by another gateway, or by this one later, unless they need another connection.
 * (Whose it is shows after its handshake, which is what costs.) `overrun`: no poll and no report
 * is taken: nobody would have an answer in time.
 */
export type LoadLevel = 'calm' | 'busy' | 'full' | 'overrun';

/**
 * By then nothing is lost yet: an answer waits for as long, and a host's own patience is 10 s. Of a turn that takes 200 ms a look is
 * 150 late.
 */
const busyFrom: Load = { lateMs: 150, waiting: 2_000 };
const fullFrom: Load = { lateMs: 1_000, waiting: 6_000 };
/** An answer takes some turns of the loop: at 2 s each little is left of those 10 s. A slow database stores 2,000 reports a second. */
const overrunFrom: Load = { lateMs: 2_000, waiting: 12_000 };

export function levelOf(load: Load): LoadLevel {
  const reaches = (limit: Load): boolean => load.lateMs >= limit.lateMs || load.waiting >= limit.waiting;
  if (reaches(overrunFrom)) return 'overrun';
  if (reaches(fullFrom)) return 'full';
  return reaches(busyFrom) ? 'busy' : 'calm';
}

/** Seconds; hosts wait anywhere within a window of their own on top. */
export const retryAfterOf = { busy: 1, full: 5, overrun: 5 } as const satisfies Record<
  Exclude<LoadLevel, 'calm'>,
  number
>;

export interface LoadGate {
  level(): LoadLevel;
  stop(): void;
}

const lookEveryMs = 50;

/** Looks at the load again and again; `onLevel` is called when it has another level. */
export function openLoadGate(waiting: () => number, onLevel: (level: LoadLevel) => void): LoadGate {
  let level: LoadLevel = 'calm';
  let [lateMs, lookedAtMs] = [0, performance.now()];
  const look = (): void => {
    const atMs = performance.now();
    lateMs = (lateMs + Math.max(0, atMs - lookedAtMs - lookEveryMs)) / 2;
    lookedAtMs = atMs;
    const now = levelOf({ lateMs, waiting: waiting() });
    if (now === level) return;
    level = now;
    onLevel(level);
  };
  const looking = setInterval(look, lookEveryMs);
  looking.unref();
  return { level: () => level, stop: () => clearInterval(looking) };
}
