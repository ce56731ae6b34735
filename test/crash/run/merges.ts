import { randomUUID } from 'node:crypto';
import type { Merge } from '../../../infra/local/demo/sample-repository.ts';
import type { DeploymentNumber } from '../../../domain/names.ts';
import type { DeliveredMerge, EndedDeployment } from '../evidence/evidence.ts';
import { readDeployments } from '../evidence/read-centre.ts';
import { until } from './patience.ts';
import type { RunSettings } from './run-settings.ts';

/** What is merged in a run, and what was heard of it. */
export interface Merges {
  /** In the order in which they were made. */
  readonly delivered: readonly DeliveredMerge[];
  /** Merges and delivers so often, each time under another id. Answers when all were accepted. */
  make(options: MakeMerge): Promise<{ readonly merge: Merge; readonly accepted: Promise<void> }>;
  /** The first one once more. */
  deliverAgain(sameId: boolean): Promise<void>;
  /** The number that the lane gave to a merge; `null` once `over` aborts. */
  numbered(merge: Merge, over: AbortSignal): Promise<DeploymentNumber | null>;
}

export interface MakeMerge {
  readonly name: string;
  readonly bad: boolean;
  readonly deliveries: number;
  /** Nobody approves it. */
  readonly unapproved?: boolean;
}

interface Made {
  readonly merge: Merge;
  readonly deliveries: string[];
  accepted: number;
  readonly bad: boolean;
  readonly unapproved: boolean;
}

const limitMs = 90_000;

export function openMerges({ people, repository, databases, service }: RunSettings): Merges {
  const made: Made[] = [];
  const deliver = async (one: Made, delivery: string): Promise<void> => {
    await people.deliver(one.merge, delivery);
    one.accepted += 1;
  };
  return {
    get delivered() {
      return made.map(({ merge, accepted, bad, unapproved }) => ({ commit: merge.after, accepted, bad, unapproved }));
    },
    async make({ name, bad, deliveries, unapproved = false }) {
      const merge = await repository.merge(`Run ${name}`, { greeting: `hello ${name}`, health: bad ? 500 : 200 });
      const ids = Array.from({ length: deliveries }, () => randomUUID());
      const one: Made = { merge, deliveries: ids, accepted: 0, bad, unapproved };
      made.push(one);
      const all = ids.reduce((before, id) => before.then(() => deliver(one, id)), Promise.resolve());
      all.catch(() => undefined); // told to who waits for it
      return { merge, accepted: all };
    },
    async deliverAgain(sameId) {
      const first = made.find(({ unapproved }) => !unapproved);
      if (first !== undefined) await deliver(first, sameId ? first.deliveries[0]! : randomUUID());
    },
    numbered: (merge, over) =>
      until('a number for the merge', limitMs, async () => {
        if (over.aborted) return null;
        return endOfChain(await readDeployments(databases, service), merge.after)?.number;
      }),
  };
}

/** Where the commit goes on, when what waited got another number. */
export const endOfChain = (deployments: readonly EndedDeployment[], commit: string): EndedDeployment | undefined =>
  deployments.findLast((deployment) => deployment.commit === commit);
