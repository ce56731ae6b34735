import { Temporal } from 'temporal-polyfill';
import type { LocalDate, ZoneRules } from '../../domain/calendar/zone-rules.ts';

/** Of the IANA database that this Node was built with. @see ZoneRules */
export const zoneRules: ZoneRules = {
  dateAt(timeZone, ms) {
    const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
    return { year, month, day };
  },
  msAt(timeZone, date, minute, which) {
    const shown = clockAt(date, minute);
    const disambiguation = which === 'first' ? 'earlier' : 'later';
    const at = shown.toZonedDateTime(timeZone, { disambiguation });
    if (at.toPlainDateTime().equals(shown)) return at.epochMilliseconds;
    // Skipped: read by the rules from before the jump, it is before it.
    const before = shown.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
    return before.getTimeZoneTransition('next')?.epochMilliseconds ?? at.epochMilliseconds;
  },
};

const clockAt = ({ year, month, day }: LocalDate, minute: number): Temporal.PlainDateTime =>
  new Temporal.PlainDateTime(year, month, day).add({ minutes: minute });
