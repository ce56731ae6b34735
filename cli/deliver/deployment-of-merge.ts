import type { ApiClient } from '../api-client.ts';
import { rest } from '../rest.ts';

export interface Merge {
  readonly service: string;
  readonly commit: string;
}

export interface MergeDeployment {
  /** `checkout/87` */
  readonly deployment: string;
  /** What waited, and has ended because of it. */
  readonly superseded: string[];
}

/** A lane numbers it in a moment, unless Temporal is away. */
const usualPatienceMs = 3_000;
const restMs = 50;

/** What a merge became, as soon as its lane says so; `null` when it does not in time. */
export async function deploymentOfMerge(
  client: Pick<ApiClient, 'call'>,
  { service, commit }: Merge,
  signal: AbortSignal,
  patienceMs: number = usualPatienceMs,
): Promise<MergeDeployment | null> {
  const others = new Set<number>();
  for (const begunAt = performance.now(); ;) {
    const { items } = await client.call('listDeployments', { path: { service }, query: { limit: 10 }, signal });
    for (const { deployment, number, release } of items.filter((each) => !others.has(each.number))) {
      const { source } = await client.call('showDeployment', { path: { service, deployment: number }, signal });
      if (source.from === 'merge' && source.commit === commit) {
        // One of the same release goes on under this number, behind a rollback.
        const ended = items.filter((each) => each.goesOnAs === number && each.release !== release);
        return { deployment, superseded: ended.map((each) => each.deployment) };
      }
      others.add(number);
    }
    if (performance.now() - begunAt >= patienceMs) return null;
    await rest(restMs, signal);
  }
}
