/** What screen readers are told at once. */
export interface Alert {
  /** What is in which state: `checkout/87 undoing`. */
  readonly about: string;
  /** Why; may be empty. */
  readonly cause: string;
}

export interface Alarm {
  /** Causes by what they are about: nobody hears the same twice. */
  readonly told: ReadonlyMap<string, string>;
  /** In the region for alerts now. */
  readonly said: readonly Alert[];
}

export const noAlarm: Alarm = { told: new Map(), said: [] };

/** Whoever opens an overview full of trouble wants to hear of some, and reads the rest. */
const mostSaid = 3;

/**
 * What is said once these are the case. Only what is new is said; a cause is new when its words are, not when hosts in it
 * become more. What was said stays, as a text that shrinks is read aloud again, until nothing of it holds.
 */
export function alarmAfter({ told, said }: Alarm, alerts: readonly Alert[]): Alarm {
  const now = new Map(alerts.map(({ about, cause }) => [about, withoutCounts(cause)]));
  const news = alerts.filter(({ about }) => told.get(about) !== now.get(about));
  if (news.length > 0) return { told: now, said: news.slice(-mostSaid) };
  return { told: now, said: said.some(({ about }) => now.has(about)) ? said : [] };
}

const withoutCounts = (cause: string): string => cause.replaceAll(/\d[\d,.:]*/g, '#');

export const alarmText = ({ said }: Alarm): string =>
  said.map(({ about, cause }) => (cause === '' ? about : `${about}: ${cause}`)).join('. ');
