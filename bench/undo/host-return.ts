import type { DurableEvent } from '../../domain/host/events.ts';
import type { DeploymentNumber } from '../../domain/names.ts';

/** How one host went forward in a deployment and back; by the host's clock, in ms. */
export interface HostReturn {
  /** It found the release bad by itself; `null` when it was told to go back. */
  readonly foundBadMs: number | null;
  /** It ran what it ran before, healthy; `null` while it doesn't. */
  readonly backMs: number | null;
}

/** `null` when the host did not switch in the deployment. */
export function hostReturn(journal: readonly DurableEvent[], deployment: DeploymentNumber): HostReturn | null {
  const forward = journal.findIndex(
    (event) => event.type === 'switchIntended' && event.kind === 'forward' && event.attempt.deployment === deployment,
  );
  const intended = journal[forward];
  if (intended?.type !== 'switchIntended') return null;
  const after = journal.slice(forward + 1);
  const revert = after.find((event) => event.type === 'switchIntended' && event.kind === 'revert');
  const back = after.find((event) => event.type === 'confirmed' && event.release === intended.from);
  return { foundBadMs: revert?.atMs ?? null, backMs: back?.atMs ?? null };
}
