import type { Digest } from '../names.ts';

/** Name → value, base64. */
export type SecretValues = Readonly<Record<string, string>>;

/** What an instance was started with: kept in memory, so that it can be started again. */
export interface HeldSecrets {
  readonly release: Digest;
  /** When its region gave them, by the host's clock. */
  readonly atMs: number;
  readonly values: SecretValues;
}

/** `refused`: the host may not have them. `none`: nobody could say, or the region has no such secret. */
export type RegionAnswer =
  | { readonly outcome: 'given'; readonly values: SecretValues }
  | { readonly outcome: 'refused' | 'none'; readonly reason: string };

export type UsableSecrets =
  | { readonly do: 'use'; readonly values: SecretValues; readonly from: 'region' | 'memory' }
  | { readonly do: 'wait'; readonly reason: string };

/**
 * With what a release is started. What its region gives now; else what it was started with before, for what ran with a secret
 * knows it already. Never for a release that was not started here: one that just came has to be given its secrets.
 */
export function usableSecrets(
  release: Digest,
  names: readonly string[],
  answer: RegionAnswer,
  held: readonly HeldSecrets[],
): UsableSecrets {
  if (answer.outcome === 'given') {
    const missing = names.filter((name) => !Object.hasOwn(answer.values, name));
    if (missing.length > 0) return { do: 'wait', reason: `the region did not give ${missing.join(', ')}` };
    return { do: 'use', values: picked(names, answer.values), from: 'region' };
  }
  const own = held.some((each) => each.release === release && names.every((name) => Object.hasOwn(each.values, name)));
  if (answer.outcome === 'refused' || !own) return { do: 'wait', reason: answer.reason };
  // Another release may have been given a newer value of the same name.
  const oldestFirst = held.toSorted((a, b) => a.atMs - b.atMs).map(({ values }) => values);
  return { do: 'use', values: picked(names, Object.assign({}, ...oldestFirst) as SecretValues), from: 'memory' };
}

const picked = (names: readonly string[], values: SecretValues): SecretValues =>
  Object.fromEntries(names.map((name) => [name, values[name]!]));
