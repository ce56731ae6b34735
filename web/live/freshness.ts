import { clockText } from '../parts/clock.ts';

/** How far what a page shows may be trusted to be now. */
export type FreshnessLevel = 'loading' | 'live' | 'late' | 'stale';

/** `connecting` also while nobody sees the page, and until it has found the api again after that. */
export type Transport = 'connecting' | 'stream' | 'polling' | 'cut';

export interface Freshness {
  readonly level: FreshnessLevel;
  /** For the header. */
  readonly text: string;
  /** When the api was heard last, once that is a loss and not a blink. */
  readonly cutSince: string | null;
}

const liveMs = 20_000;
/** From here on all is shown as what it was. */
const staleMs = 60_000;
/** The api says something every 10 s anyway. */
const blinkMs = 10_000;

/** `heardAt` and `now` are by this browser's clock, in ms; `null` before the first word. */
export function freshness(transport: Transport, heardAt: number | null, now: number): Freshness {
  if (heardAt === null)
    return { level: 'loading', text: transport === 'cut' ? 'no connection yet' : 'connecting', cutSince: null };
  const ageMs = Math.max(0, now - heardAt);
  const seconds = `${Math.floor(ageMs / 1000)} s old`;
  const isCut = transport === 'cut' ? ageMs > blinkMs : ageMs > staleMs;
  // Who has slept has lost nothing yet.
  const cutSince = isCut && transport !== 'connecting' ? clockText(heardAt) : null;
  if (ageMs > staleMs) return { level: 'stale', text: `as of ${clockText(heardAt)}, reconnecting`, cutSince };
  if (ageMs > liveMs || transport === 'cut')
    return { level: 'late', text: `data is ${seconds}, reconnecting`, cutSince };
  return { level: 'live', text: transport === 'polling' ? `polling, ${seconds}` : `live, ${seconds}`, cutSince };
}
