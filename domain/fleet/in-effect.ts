import { nextChangeMs, standingAt, type Standing } from '../calendar/spans.ts';
import type { ZoneRules } from '../calendar/zone-rules.ts';
import type { Freeze, FreezeInEffect, FreezeScope } from './freeze.ts';

const rfc3339 = (ms: number): string => new Date(ms).toISOString();

/** It has been in effect, and never will be again. */
export const isOver = ({ when }: Pick<Freeze, 'when'>, atMs: number): boolean =>
  when.every === 'once' && when.until !== null && Date.parse(when.until) <= atMs;

export interface Effect {
  readonly inEffect: readonly (FreezeInEffect & { readonly scope: FreezeScope })[];
  /** When one begins or ends next; `null` when none does. */
  readonly nextChangeMs: number | null;
}

/**
 * What is in effect at the moment, and how long that is all. Each freeze stands for itself: one with a time zone that is not
 * known here keeps nobody from hearing of the others, and nobody with a pass.
 */
export function effectAt(freezes: readonly Freeze[], rules: ZoneRules, atMs: number): Effect {
  const each = freezes.map((freeze) => ({ freeze, known: knownStanding(freeze, rules, atMs) }));
  const changes = each.map(({ known }) => nextChangeMs(known.standing)).filter((ms) => ms !== null);
  return {
    inEffect: each.flatMap(({ freeze, known }) => {
      const effect = effectOf(freeze, known);
      return effect === null ? [] : [{ ...effect, scope: freeze.scope }];
    }),
    nextChangeMs: changes.length === 0 ? null : Math.min(...changes),
  };
}

function effectOf(freeze: Freeze, { standing: { span }, why }: Known): FreezeInEffect | null {
  if (span === null) return null;
  const { freeze: number, kind, owner, policy } = freeze;
  const reason = why === null ? freeze.reason : uncertainText(freeze, why);
  const until = span.untilMs === null ? null : rfc3339(span.untilMs);
  return { freeze: number, kind, owner, reason, policy, since: rfc3339(span.fromMs), until };
}

/** First what nobody would think of, as long reasons are cut. */
export const uncertainText = ({ freeze, reason }: Pick<Freeze, 'freeze' | 'reason'>, why: string): string =>
  `counts as in effect until freeze ${freeze} is ended: its times can't be computed (${why}); ${reason}`;

export interface Known {
  readonly standing: Standing;
  /** Why it can't be computed; it counts as in effect then, until somebody ends it. */
  readonly why: string | null;
}

/** The epoch, as a beginning that moves would be told to everybody in each turn. */
const sinceEver: Standing = { span: { fromMs: 0, untilMs: null }, nextMs: null };

/** Never throws: a runtime may know other time zones than the one that took the freeze. */
export function knownStanding({ when }: Pick<Freeze, 'when'>, rules: ZoneRules, atMs: number): Known {
  try {
    return { standing: standingAt(when, rules, atMs), why: null };
  } catch (error) {
    return { standing: sinceEver, why: error instanceof Error ? error.message : String(error) };
  }
}
