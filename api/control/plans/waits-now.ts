import { recurrenceText } from '../../../domain/calendar/recurrence-text.ts';
import type { Weekly } from '../../../domain/calendar/recurrence.ts';
import { standingAt } from '../../../domain/calendar/spans.ts';
import { covers, lastToEnd } from '../../../domain/fleet/freeze.ts';
import type { RegionName, ServiceName } from '../../../domain/names.ts';
import { freezeEndText, freezeSinceText } from '../../../domain/progress/fleet-text.ts';
import { clockTime, counted } from '../../../domain/progress/plain-text.ts';
import { zoneRules } from '../../../infra/calendar/zone-rules.ts';
import type { Fleet } from '../../../protocol/api/fleet.ts';

export interface ToBegin {
  readonly service: ServiceName;
  readonly regions: readonly RegionName[];
  /** In which its stages begin; left out for any time. */
  readonly window?: Weekly | undefined;
}

/**
 * What would keep a deployment from beginning as it stands now, a sentence each: a freeze, others that wait for a slot, its
 * window. Nobody waits for a cap until the fleet has ruled that it is full, and then whoever comes next waits too.
 */
export function waitsNow({ freezes, waiting }: Fleet, { service, regions, window }: ToBegin, now: Date): string[] {
  const frozen = lastToEnd(
    freezes.flatMap(({ inEffect, ...freeze }) =>
      inEffect !== null && covers(freeze, { service, regions }) ? [{ ...freeze, ...inEffect }] : [],
    ),
  );
  const before = waiting.filter(
    ({ position, waitsForAll, regions: theirs }) =>
      position !== null && (waitsForAll || theirs.some((each) => regions.includes(each))),
  );
  return [
    ...(frozen === undefined ? [] : [`${freezeSinceText(frozen)}; ${freezeEndText(frozen)}`]),
    ...(before.length === 0 ? [] : [`behind ${counted(before.length, 'deployment')}: ${before[0]!.waiting}`]),
    ...windowWait(window, now),
  ];
}

function windowWait(window: Weekly | undefined, now: Date): string[] {
  if (window === undefined) return [];
  const { span, nextMs } = standingAt(window, zoneRules, now.getTime());
  if (span !== null) return [];
  const opens = nextMs === null ? '' : ` until ${clockTime(new Date(nextMs).toISOString())}`;
  return [`its window (${recurrenceText(window)}) is shut${opens}`];
}
