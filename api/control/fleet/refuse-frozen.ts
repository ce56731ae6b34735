import { freezeSinceText } from '../../../domain/progress/fleet-text.ts';
import { covers, lastToEnd } from '../../../domain/fleet/freeze.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { Projection } from '../reads/projection.ts';
import type { FreezeBook } from './freeze-book.ts';

export interface FrozenParts {
  readonly book: Pick<FreezeBook, 'readFleet'>;
  readonly projection: Pick<Projection, 'findSpec'>;
  readonly now: () => Date;
}

interface Frozen {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  /** Only to these of the regions in its spec; left out: to all. */
  readonly regions?: readonly RegionName[] | undefined;
}

/**
 * A person's deployment that could not begin now is refused, with who holds it and until when, unless they chose to wait or
 * this very request was taken before. @throws ProblemError `frozen`
 */
export async function refuseFrozen(
  parts: FrozenParts,
  frozen: Frozen,
  wasTaken: () => Promise<boolean>,
): Promise<void> {
  const last = await frozenBy(parts, frozen);
  if (last === undefined || (await wasTaken())) return;
  throw new ProblemError('frozen', {
    detail: `${frozen.service}: ${freezeSinceText(last)}`,
    ...(last.kind === 'stop-the-line' && {
      next: 'Start the line, or queue the deployment behind it. In an emergency, a release-owner deploys it as a hotfix.',
    }),
  });
}

/** Who holds it and until when, as it would be refused now; `null` when nobody does. */
export async function whyFrozen(parts: FrozenParts, frozen: Frozen): Promise<string | null> {
  const last = await frozenBy(parts, frozen);
  return last === undefined ? null : freezeSinceText(last);
}

async function frozenBy({ book, projection, now }: FrozenParts, { service, release, regions: only }: Frozen) {
  const { freezes } = await book.readFleet(now());
  if (freezes.every(({ inEffect }) => inEffect === null)) return undefined;
  const spec = await projection.findSpec(service, release);
  const planned = spec?.rollout.stages.flatMap((stage) => stage.regions) ?? [];
  const regions = only === undefined ? planned : planned.filter((region) => only.includes(region));
  const held = freezes.flatMap(({ inEffect, ...freeze }) =>
    inEffect !== null && covers(freeze, { service, regions }) ? [{ ...freeze, ...inEffect }] : [],
  );
  return lastToEnd(held);
}
