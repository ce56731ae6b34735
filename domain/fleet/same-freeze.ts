import type { Recurrence } from '../calendar/recurrence.ts';
import type { Freeze } from './freeze.ts';

/** What a person asks for, as it was said. */
export type AskedFreeze = Pick<Freeze, 'reason' | 'policy' | 'scope' | 'when'>;

/**
 * Whether a request asks for what another has asked for: only then may it be its repeat. The order of names says nothing.
 * @param beginsNow it begins with its request, and so is the same however late the repeat comes
 */
export const isSameFreeze = (asked: AskedFreeze, before: AskedFreeze, beginsNow: boolean): boolean =>
  asked.reason === before.reason &&
  asked.policy === before.policy &&
  haveSame(asked.scope.services, before.scope.services) &&
  haveSame(asked.scope.regions, before.scope.regions) &&
  isSameTime(asked.when, before.when, beginsNow);

function isSameTime(asked: Recurrence, before: Recurrence, beginsNow: boolean): boolean {
  if (asked.every === 'once')
    return before.every === 'once' && asked.until === before.until && (beginsNow || asked.from === before.from);
  if (before.every === 'once' || asked.timeZone !== before.timeZone) return false;
  if (asked.from !== before.from || asked.to !== before.to) return false;
  return asked.every === 'week'
    ? before.every === 'week' && haveSame(asked.days, before.days)
    : before.every === 'year';
}

const haveSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.toSorted().join('\n') === others.toSorted().join('\n');
