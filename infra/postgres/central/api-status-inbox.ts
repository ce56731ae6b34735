import type { StatusInbox, TakenStatus } from '../../../api/control/webhooks/status-inbox.ts';
import type { VerifiedDelivery } from '../../../api/control/webhooks/merge-inbox.ts';
import type { ReportedStatus } from '../../../domain/gate/reported-status.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { Delivery } from './entities.ts';

/** A commit that nobody has deployed by then was forgotten: its statuses would only fill the table. */
const keptDays = 90;
/** As many as one delivery clears away: more than it brings, and never a long transaction. */
const mostForgotten = 20;

/** @see StatusInbox */
export const createStatusInbox = (database: Database): StatusInbox => ({
  takeStatus: (delivery, status) =>
    database.em.fork().transactional(async (em) => {
      const taken = await keepNewest(em, storable(status));
      await em.insertMany(Delivery, [deliveryRow(delivery, status, taken)]);
      if (taken === 'stored') await forgetOld(em);
      return taken;
    }),
});

/** The order is that of `isNewer` in domain/gate/reported-status.ts; the row's lock makes it hold for deliveries at once. */
async function keepNewest(em: EntityManager, status: ReportedStatus): Promise<TakenStatus> {
  const { repository, commit, context, state, url, at, sequence } = status;
  const rows = await em.execute<unknown[]>(
    `insert into commit_status (repository, commit, context, state, url, reported_at, sequence, received_at)
     values (lower(?), ?, ?, ?, ?, ?, ?, clock_timestamp())
     on conflict (repository, commit, context) do update
       set state = excluded.state, url = excluded.url, reported_at = excluded.reported_at,
           sequence = excluded.sequence, received_at = excluded.received_at
       where (excluded.reported_at, excluded.sequence, excluded.state <> 'pending')
         > (commit_status.reported_at, commit_status.sequence, commit_status.state <> 'pending')
     returning 1`,
    [repository, commit, context, state, url, at, sequence],
  );
  if (rows.length > 0) return 'stored';
  const same = await em.execute<unknown[]>(
    `select 1 from commit_status where repository = lower(?) and commit = ? and context = ?
     and state = ? and reported_at = ? and sequence = ?`,
    [repository, commit, context, state, at, sequence],
  );
  return same.length > 0 ? 'repeated' : 'older';
}

async function forgetOld(em: EntityManager): Promise<void> {
  await em.execute(
    `delete from commit_status where (repository, commit, context) in (
       select repository, commit, context from commit_status
       where received_at < clock_timestamp() - ? * interval '1 day'
       order by received_at limit ? for update skip locked)`,
    [keptDays, mostForgotten],
  );
}

function deliveryRow({ guid, event }: VerifiedDelivery, { commit, context }: ReportedStatus, taken: TakenStatus) {
  const outcome = { stored: 'accepted', repeated: 'repeated', older: 'ignored' }[taken];
  const reason = taken === 'older' ? storable(`a newer status of ${context} on ${commit} is known`) : null;
  return { guid, event, outcome, reason, receivedAt: new Date() };
}
