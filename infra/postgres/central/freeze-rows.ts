import { recurrenceText } from '../../../domain/calendar/recurrence-text.ts';
import type { Freeze } from '../../../domain/fleet/freeze.ts';
import { knownStanding, uncertainText } from '../../../domain/fleet/in-effect.ts';
import type { Freeze as ShownFreeze } from '../../../protocol/api/fleet.ts';
import { zoneRules } from '../../calendar/zone-rules.ts';
import type { FreezeStored } from './entities/fleet.ts';

/** How audit records name one. */
export const freezeName = (number: number): string => `freeze:${number}`;

export const freezeOf = (row: FreezeStored): Freeze => ({
  freeze: row.number,
  kind: row.kind,
  owner: row.owner,
  reason: row.reason,
  policy: row.policy,
  scope: { services: row.services, regions: row.regions },
  when: row.recurrence,
});

/** As it is at this moment. */
export function shownFreeze(row: FreezeStored, now: Date): ShownFreeze {
  const { number: freeze, kind, owner, policy, services, regions, recurrence: when } = row;
  const { standing, why } = knownStanding({ when }, zoneRules, now.getTime());
  const { span, nextMs } = standing;
  const reason = why === null ? row.reason : uncertainText({ freeze, reason: row.reason }, why);
  const isOn = span !== null && !row.endedAt;
  return {
    freeze,
    kind,
    owner,
    reason,
    policy,
    services,
    regions,
    when,
    text: recurrenceText(when),
    addedAt: row.addedAt.toISOString(),
    inEffect: isOn ? { since: timeOf(span.fromMs)!, until: timeOf(span.untilMs) } : null,
    next: row.endedAt ? null : timeOf(nextMs),
    ended: row.endedAt
      ? { at: row.endedAt.toISOString(), by: row.endedBy ?? owner, reason: row.endedBecause ?? '' }
      : null,
  };
}

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
