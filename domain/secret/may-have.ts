import type { Placement, Selector } from '../goal/goal.ts';
import { isPlaced } from '../goal/selection.ts';
import type { ServiceName } from '../names.ts';

/** What a host asks for, and what its region knows of it. */
export interface SecretAsk {
  readonly service: ServiceName;
  /** Of the host, as its region knows them. */
  readonly labels: Selector;
  /** The service's base and next in the goal. */
  readonly placements: readonly (Placement | null)[];
  readonly release: {
    readonly service: ServiceName;
    /** That its signed config names. */
    readonly names: readonly string[];
  };
  readonly asked: readonly string[];
}

/** Why the host may not have them; null when it may. */
export function whyNotSecrets({ service, labels, placements, release, asked }: SecretAsk): string | null {
  if (release.service !== service) return `that release is one of ${release.service}`;
  if (!isPlaced(placements, labels)) return `no placement of ${service} includes this host`;
  const unnamed = asked.filter((name) => !release.names.includes(name));
  return unnamed.length === 0 ? null : `the release does not name ${unnamed.join(', ')}`;
}
