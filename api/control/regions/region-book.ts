import type { RegionDecision, RegionStanding } from '../../../domain/region/region-life.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';

export interface RegionChange {
  readonly region: RegionName;
  readonly by: string;
  readonly reason: string;
  /** Of the request: it changes at most once. */
  readonly key: string;
}

/** `unknown`: there is no such region. */
export type RegionOutcome =
  | { readonly outcome: 'changed' | 'same' | 'repeated' | 'unknown' }
  | { readonly outcome: 'refused'; readonly reason: string; readonly forceable: boolean };

/** A service whose current release left out a region that it goes to, because it was drained. */
export interface BehindService {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
}

/** An open deployment that goes without a region of its spec: it was planned while that was drained. */
export interface OpenWithout {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** Which regions there are, and which of them take new releases. Each change is decided under the region's lock, and audited. */
export interface RegionBook {
  /** With the SHA-256 (hex) of its worker's token. One that is there with another token is `refused`, one that was removed is back. */
  add(change: RegionChange & { readonly tokenHash: string }): Promise<RegionOutcome>;
  drain(change: RegionChange, decide: (standing: RegionStanding) => RegionDecision): Promise<RegionOutcome>;
  undrain(change: RegionChange, decide: (standing: RegionStanding) => RegionDecision): Promise<RegionOutcome>;
  /** What it owes, and what is known of its hosts, is forgotten with it: the audit has what was owed, and whether a person insisted. */
  remove(
    change: RegionChange & { readonly force: boolean },
    decide: (standing: RegionStanding) => RegionDecision,
  ): Promise<RegionOutcome>;
  /** What the region has missed, by service; not what is on its way there already, unless by the request with this key. */
  listBehind(region: RegionName, key: string): Promise<readonly BehindService[]>;
  listOpenWithout(region: RegionName): Promise<readonly OpenWithout[]>;
}
