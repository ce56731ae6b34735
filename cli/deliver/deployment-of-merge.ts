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
  /** Those of them whose change it takes back; left out when there are none. */
  readonly takenBack?: string[];
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
    for (const { deployment, number } of items.filter((each) => !others.has(each.number))) {
      const { source } = await client.call('showDeployment', { path: { service, deployment: number }, signal });
      if (source.from === 'merge' && source.commit === commit)
        return { deployment, ...(await supersededBy(client, { service, number }, signal)) };
      others.add(number);
    }
    if (performance.now() - begunAt >= patienceMs) return null;
    await rest(restMs, signal);
  }
}

/** More than wait in a lane that somebody looks after. */
const mostWaiting = 200;

async function supersededBy(
  client: Pick<ApiClient, 'call'>,
  { service, number }: { readonly service: string; readonly number: number },
  signal: AbortSignal,
): Promise<Omit<MergeDeployment, 'deployment'>> {
  const query = { limit: mostWaiting };
  const { items } = await client.call('listDeployments', { path: { service }, query, signal });
  const ended = items.filter((each) => each.supersededBy === number);
  const gone = ended.filter(({ goesOnAs }) => goesOnAs === null);
  const names = (some: typeof items): string[] => some.map(({ deployment }) => deployment).toReversed();
  return { superseded: names(ended), ...(gone.length > 0 && { takenBack: names(gone) }) };
}
