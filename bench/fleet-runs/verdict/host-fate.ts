import { absentAfterMs, batchTimeoutMs, type FleetRun, type Lie, type RunHost } from '../scenario/scenario.ts';

/**
 * Whether a host is going to count as failed or lost once it may switch, whatever else happens: `first` in the batch that
 * brings it, and afterwards perhaps.
 */
export type Fails = 'never' | 'perhaps' | 'first' | 'surely';

/** What a scenario says of one host in advance. */
export interface HostFate {
  readonly fails: Fails;
  /** Whether it may be away when a batch is fixed, so that others take its place. */
  readonly mayBeAbsent: boolean;
  /** Whether it is there in its turn, at least until it may switch. */
  readonly isThereInTurn: boolean;
  /** Whether it may look bad while it has nothing to do with the release: sick or silent among those not touched. */
  readonly looksSick: boolean;
  /** Whether what it says can keep an undo from being over. */
  readonly holdsUpUndo: boolean;
}

/** From a stay away to a report, at most, on a machine that is busy. */
const comesBackWithinMs = 2_000;
/** A host that leaves has said something within this. */
const reportsWithinMs = 12_000;
/** What a switch takes beside the slowness of a host. */
const switchesWithinMs = 5_000;

const steady: HostFate = {
  fails: 'never',
  mayBeAbsent: false,
  isThereInTurn: true,
  looksSick: false,
  holdsUpUndo: false,
};

export function fateOf({ way, badHere }: RunHost, { release }: Pick<FleetRun, 'release'>): HostFate {
  const bad = badHere && release !== 'good';
  switch (way.kind) {
    case 'steady':
      return { ...steady, fails: bad ? 'surely' : 'never' };
    case 'slow':
      return { ...steady, fails: bad ? 'surely' : slowFails(way.hearsMs + way.switchMs) };
    case 'liar':
      return { ...steady, ...liarFate(way.lie, bad) };
    case 'away':
      return awayFate(way, bad);
  }
}

function slowFails(tookMs: number): Fails {
  if (tookMs > batchTimeoutMs + switchesWithinMs) return 'first';
  return tookMs + switchesWithinMs < batchTimeoutMs ? 'never' : 'perhaps';
}

function liarFate(lie: Lie, bad: boolean): Partial<HostFate> {
  switch (lie) {
    case 'healthy-though-bad':
    case 'done-though-idle':
      return {};
    case 'unhealthy-though-fine':
      return { fails: 'surely', looksSick: true };
    case 'flips':
      return { fails: bad ? 'surely' : 'perhaps', looksSick: true };
    case 'old-release-though-new':
    case 'refused-unseen':
      return { fails: 'surely' };
    case 'unknown-release':
    case 'old-attempt':
      return { fails: 'surely', holdsUpUndo: true };
  }
}

function awayFate({ from, until }: Extract<RunHost['way'], { kind: 'away' }>, bad: boolean): HostFate {
  const isThereInTurn = from !== 'start' && (from.on === 'told' || from.on === 'healthy');
  const away = { ...steady, mayBeAbsent: true, isThereInTurn };
  // Whoever was away long since is silent for nobody; it comes to the release when it is back, if at all.
  if (from === 'start') return { ...away, fails: bad ? 'perhaps' : 'never' };
  const staysAway = typeof until === 'string';
  const looksSick = true;
  if (staysAway && from.on === 'told' && from.afterMs < 100) return { ...away, looksSick, fails: 'surely' };
  const isShort =
    !staysAway && until.on === 'left' && until.afterMs + reportsWithinMs + comesBackWithinMs < absentAfterMs;
  return isShort ? { ...away, fails: bad ? 'perhaps' : 'never' } : { ...away, looksSick, fails: 'perhaps' };
}
