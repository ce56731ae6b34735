import type { MergeInbox, TakenMove, VerifiedDelivery } from '../../../api/control/webhooks/merge-inbox.ts';
import type { Ignored } from '../../../domain/intake/merge.ts';
import type { Database } from '../connect.ts';
import { storable } from '../storable.ts';
import { Delivery, Service } from './entities.ts';
import { addToInbox } from './inbox-records.ts';

/** @see MergeInbox */
export function createMergeInbox(database: Database): MergeInbox {
  return {
    async listDeployedBranches(repository) {
      const rows = await database.em
        .fork()
        .find(
          Service,
          { repository: { $ilike: escapeLike(repository) } },
          { fields: ['name', 'repository', 'branch'] },
        );
      return rows.map(({ name, repository: full, branch }) => ({ service: name, repository: full, branch }));
    },
    take: (delivery, moves, ignored) =>
      database.em.fork().transactional(async (em) => {
        const { traceparent } = delivery;
        const requests = moves.map(
          ({ service, key, source }) => ({ service, key, kind: 'rollout', source, traceparent }) as const,
        );
        const added = new Set(await addToInbox(em, requests));
        const taken = moves.map((move) => ({ move, repeated: !added.has(move.key) }));
        await em.insertMany(Delivery, [deliveryRow(delivery, taken, ignored)]);
        return taken;
      }),
  };
}

function deliveryRow({ guid, event }: VerifiedDelivery, taken: readonly TakenMove[], ignored: readonly Ignored[]) {
  const outcome = taken.length === 0 ? 'ignored' : taken.every(({ repeated }) => repeated) ? 'repeated' : 'accepted';
  const reason =
    storable(
      ignored
        .map(({ message }) => message)
        .join('; ')
        .slice(0, 1_000),
    ) || null;
  return { guid, event, outcome, reason, receivedAt: new Date() };
}

/** Names are compared whole, whatever their case. */
const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
