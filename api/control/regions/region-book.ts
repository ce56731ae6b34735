import type { RegionDecision, RegionStanding } from '../../../domain/region/region-life.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';

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

/** A service whose current release goes to a region and doesn't run there. */
export interface BehindService {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
}

/** Which regions there are, and which of them take new releases. Each change is decided under the region's lock, and audited. */
export interface RegionBook {
  /** With the SHA-256 (hex) of its worker's token. One that is there with another token is `refused`, one that was removed is back. */
  add(change: RegionChange & { readonly tokenHash: string }): Promise<RegionOutcome>;
  drain(change: RegionChange, decide: (standing: RegionStanding) => RegionDecision): Promise<RegionOutcome>;
  undrain(change: RegionChange, decide: (standing: RegionStanding) => RegionDecision): Promise<RegionOutcome>;
  /** What it owes, and what is known of its hosts, is forgotten with it. */
  remove(change: RegionChange, decide: (standing: RegionStanding) => RegionDecision): Promise<RegionOutcome>;
  /** What the region has missed, by name. */
  listBehind(region: RegionName): Promise<readonly BehindService[]>;
}
