import { clockTime } from '../progress/plain-text.ts';
import { weekdays, type Recurrence, type Weekday } from './recurrence.ts';

/** `mon-fri 22:00-06:00 Europe/Berlin`, `every year 12-20 to 01-03 Europe/Berlin`, `2026-11-24 14:00 UTC until …` */
export function recurrenceText(recurrence: Recurrence): string {
  switch (recurrence.every) {
    case 'once': {
      const { from, until } = recurrence;
      return `${clockTime(from)} until ${until === null ? 'somebody ends it' : clockTime(until)}`;
    }
    case 'week': {
      const { days, from, to, timeZone } = recurrence;
      return `${daysText(days)} ${from}-${to} ${timeZone}`;
    }
    case 'year': {
      const { from, to, timeZone } = recurrence;
      return `every year ${from} to ${to} ${timeZone}`;
    }
  }
}

/** `mon-fri`, `sat, sun`: three days in a row and more are a range. */
function daysText(days: readonly Weekday[]): string {
  const runs = weekdays
    .filter((day) => days.includes(day))
    .reduce<readonly (readonly Weekday[])[]>((before, day) => {
      const last = before.at(-1) ?? [];
      const follows = last.at(-1) === weekdays[weekdays.indexOf(day) - 1] && last.length > 0;
      return follows ? [...before.slice(0, -1), [...last, day]] : [...before, [day]];
    }, []);
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(', '))).join(', ');
}
