import { nextChangeMs, standingAt } from '../calendar/spans.ts';
import type { ZoneRules } from '../calendar/zone-rules.ts';
import type { Freeze, FreezeInEffect, FreezeScope } from './freeze.ts';

const rfc3339 = (ms: number): string => new Date(ms).toISOString();

/** `null` when it is not in effect at the moment. */
export function inEffectAt(freeze: Freeze, rules: ZoneRules, atMs: number): FreezeInEffect | null {
  const { span } = standingAt(freeze.when, rules, atMs);
  if (span === null) return null;
  const { freeze: number, kind, owner, reason, policy } = freeze;
  const until = span.untilMs === null ? null : rfc3339(span.untilMs);
  return { freeze: number, kind, owner, reason, policy, since: rfc3339(span.fromMs), until };
}

/** It has been in effect, and never will be again. */
export const isOver = ({ when }: Pick<Freeze, 'when'>, atMs: number): boolean =>
  when.every === 'once' && when.until !== null && Date.parse(when.until) <= atMs;

export interface Effect {
  readonly inEffect: readonly (FreezeInEffect & { readonly scope: FreezeScope })[];
  /** When one begins or ends next; `null` when none does. */
  readonly nextChangeMs: number | null;
}

/** What is in effect at the moment, and how long that is all. */
export function effectAt(freezes: readonly Freeze[], rules: ZoneRules, atMs: number): Effect {
  const changes = freezes.map(({ when }) => nextChangeMs(standingAt(when, rules, atMs))).filter((ms) => ms !== null);
  return {
    inEffect: freezes.flatMap((freeze) => {
      const effect = inEffectAt(freeze, rules, atMs);
      return effect === null ? [] : [{ ...effect, scope: freeze.scope }];
    }),
    nextChangeMs: changes.length === 0 ? null : Math.min(...changes),
  };
}
