import { weekdays, type Weekday } from '../../domain/calendar/recurrence.ts';
import type { BodyOf } from '../../protocol/api/routes.ts';
import { UsageError } from '../usage-error.ts';
import { timeArgument } from './time-argument.ts';

export interface WhenFlags {
  readonly from?: string;
  readonly until?: string;
  readonly weekly?: string;
  readonly yearly?: string;
  readonly zone?: string;
}

type When = BodyOf<'addFreeze'>['when'];

/** When a freeze is in effect; from now on where nothing is said. @throws UsageError */
export function whenOf({ from, until, weekly, yearly, zone }: WhenFlags, nowMs: number): When {
  const recurring = [weekly, yearly].filter((text) => text !== undefined);
  if (recurring.length === 0) {
    if (zone !== undefined) throw new UsageError('--zone goes with --weekly or --yearly; other times say their own');
    return {
      every: 'once',
      until: until === undefined ? null : timeArgument('--until', until, nowMs),
      ...(from !== undefined && { from: timeArgument('--from', from, nowMs) }),
    };
  }
  if (recurring.length > 1 || from !== undefined || until !== undefined)
    throw new UsageError('give one of --weekly, --yearly, or --from and --until');
  if (zone === undefined) throw new UsageError('--weekly and --yearly need --zone, such as Europe/Berlin');
  return weekly === undefined ? yearlyOf(yearly ?? '', zone) : weeklyOf(weekly, zone);
}

/** `fri-sun 18:00-06:00`, `sat,sun 00:00-24:00` */
function weeklyOf(text: string, timeZone: string): When {
  const found = /^([a-z,-]+) +(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text.trim());
  const days = found?.[1] === undefined ? null : daysOf(found[1]);
  if (found === null || days === null)
    throw new UsageError('--weekly should be days and times, such as "fri-sun 18:00-06:00" or "sat,sun 00:00-24:00"');
  return { every: 'week', timeZone, days, from: found[2]!, to: found[3]! };
}

/** Over the end of the week too: `sat-mon`. `null` when it names no days. */
function daysOf(text: string): Weekday[] | null {
  const named = text.split(',').map((part) => {
    const [first, last = first] = part.split('-').map((day) => (weekdays as readonly string[]).indexOf(day));
    if (first === undefined || last === undefined || first < 0 || last < 0) return null;
    const count = ((last - first + weekdays.length) % weekdays.length) + 1;
    return Array.from({ length: count }, (_, after) => weekdays[(first + after) % weekdays.length]!);
  });
  return named.includes(null) ? null : [...new Set(named.flatMap((days) => days ?? []))];
}

/** `12-20..01-03` */
function yearlyOf(text: string, timeZone: string): When {
  const found = /^(\d\d-\d\d)\.\.(\d\d-\d\d)$/.exec(text.trim());
  if (found === null) throw new UsageError('--yearly should be two days, such as 12-20..01-03');
  return { every: 'year', timeZone, from: found[1]!, to: found[2]! };
}

/** `cart,mail` */
export const namesOf = (text: string | undefined): string[] =>
  (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
