import type { CentralFigures, NeedingSomeone, OwedFigure } from '../../../api/control/operations/central-figures.ts';
import { automatic } from '../../../domain/lane/lock-rules.ts';
import type { RegionName } from '../../../domain/names.ts';
import { waitsToAlertOn } from '../../../domain/progress/waiting.ts';
import type { DeploymentState } from '../../../domain/states.ts';
import type { Database } from '../connect.ts';
import { placeholders } from './placeholders.ts';

/** @see CentralFigures */
export const createCentralFigures = (database: Database): CentralFigures => ({
  async check(timeoutMs) {
    // The pool waits longer for a connection than a probe does for an answer.
    const answered = database.em.fork().execute('select 1');
    answered.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('timeout')), timeoutMs);
    });
    await Promise.race([answered, late]).finally(() => clearTimeout(timer));
  },
  async readInbox() {
    const [row] = await database.em.fork().execute<[{ depth: number; oldest: number }]>(`
      select count(*)::int as depth,
        coalesce(extract(epoch from clock_timestamp() - min(received_at)), 0)::float8 as oldest
      from inbox where delivered_at is null and finished_at is null`);
    return { depth: row.depth, oldestSeconds: row.oldest };
  },
  async countOpenDeployments() {
    const rows = await database.em
      .fork()
      .execute<{ state: DeploymentState; count: number }[]>(
        'select state, count(*)::int as count from deployment where outcome is null group by state',
      );
    return new Map(rows.map(({ state, count }) => [state, count]));
  },
  async countNeedingSomeone() {
    // `held` also by itself: of a wait that an earlier version recorded the kind is not known.
    const [row] = await database.em.fork().execute<[NeedingSomeone]>(
      `
      select (select count(*)::int from deployment
          where outcome is null and (held or waiting_for in (${placeholders(waitsToAlertOn)}))) as held,
        (select count(*)::int from service where lock ->> 'owner' = '${automatic}') as locked,
        (select count(*)::int from service where lock is not null and (
          select not_undone from deployment where service = service.name and ended_at is not null
          order by ended_at desc, number desc limit 1) is not null) as "notUndone"`,
      [...waitsToAlertOn],
    );
    return row;
  },
  async countLeftHosts() {
    const rows = await database.em
      .fork()
      .execute<{ region: RegionName; count: number }[]>(
        'select region, count(*)::int as count from left_host where gone_at is null group by region',
      );
    return new Map(rows.map(({ region, count }) => [region, count]));
  },
  async countDriftedHosts() {
    const rows = await database.em.fork().execute<{ region: RegionName; count: number }[]>(
      `select region, sum((summary -> 'drifted' ->> 'hosts')::int)::int as count from region_summary
        where summary -> 'drifted' is not null group by region`,
    );
    return new Map(rows.map(({ region, count }) => [region, count]));
  },
  async readObligations() {
    return database.em.fork().execute<OwedFigure[]>(`
      select region, kind, count(*)::int as count,
        extract(epoch from clock_timestamp() - min(recorded_at))::float8 as "oldestSeconds"
      from obligation group by region, kind`);
  },
});
