import type { Digest, Generation, ServiceName } from '../names.ts';
import type { Attempt } from '../goal/attempt.ts';
import type { Refusal } from '../goal/host-status.ts';
import type { Difference } from './drift.ts';
import type { CheckResult } from './health.ts';
import type { DriftPolicy } from '../spec/service-spec.ts';
import type { Instance, SeenRoot, TakenGoal, Trial } from './service-state.ts';

/** What an agent finds on disk and in processes when it starts: the truth, whatever the journal's end says. */
export interface FoundService {
  readonly service: ServiceName;
  readonly current: Digest | null;
  readonly previous: Digest | null;
  readonly onDisk: readonly Digest[];
  readonly instance: Instance | null;
  /** The instance that the journal knows ended while no agent ran, and its keeper saw how. */
  readonly exit: { readonly instance: string; readonly how: string; readonly atMs: number } | null;
}

interface Base {
  /** By the host's clock. */
  readonly atMs: number;
}
interface OfService extends Base {
  readonly service: ServiceName;
}

/** Written to the journal, and synced, before they take effect. */
export type DurableEvent =
  /** `provenUntilMs`: 0 when no index proves it; journals of agents that knew none have no such field. */
  | (OfService & { readonly type: 'goalSeen'; readonly goal: TakenGoal; readonly provenUntilMs?: number })
  /** A goal index that is not older than the last. `proven`: the goals in it that this host has, by their etags. */
  | (Base & {
      readonly type: 'indexSeen';
      readonly version: number;
      readonly issuedAtMs: number;
      readonly expiresAtMs: number;
      readonly proven: readonly { readonly service: ServiceName; readonly etag: Digest }[];
    })
  /** Another root document than before is in force, or the first. */
  | (Base & { readonly type: 'rootSeen'; readonly root: SeenRoot; readonly issuedAtMs: number })
  | (OfService & { readonly type: 'fetchStarted'; readonly release: Digest })
  /** Bytes since the last such event. */
  | (OfService & { readonly type: 'fetchProgressed'; readonly fetchedBytes: number; readonly reusedBytes: number })
  | (OfService & { readonly type: 'fetched'; readonly release: Digest })
  | (OfService & {
      readonly type: 'switchIntended';
      readonly kind: Trial['kind'];
      readonly from: Digest | null;
      readonly to: Digest | null;
      readonly attempt: Attempt;
      readonly generation: Generation;
      readonly traceparent: string | null;
      /** Of a revert: what failed, so that a crash from here on never tries it again. */
      readonly refusal: Refusal | null;
    })
  | (OfService & { readonly type: 'switched'; readonly to: Digest | null })
  | (OfService & {
      readonly type: 'instanceStarted';
      readonly instance: Instance;
      /** The one before still runs, and is drained: `drained` follows. */
      readonly drains?: true;
    })
  | (OfService & { readonly type: 'instanceExited'; readonly instance: string; readonly how: string })
  /** A fresh tree is about to take the place of one that was changed; `instance` runs from that one. */
  | (OfService & { readonly type: 'treeReplaced'; readonly release: Digest; readonly instance: string | null })
  | (OfService & { readonly type: 'confirmed'; readonly release: Digest | null })
  | (OfService & { readonly type: 'previousMoved'; readonly release: Digest })
  /** By the host's operator: this release stays, whatever goals say, until `unpinned`. */
  | (OfService & { readonly type: 'pinned'; readonly release: Digest })
  | (OfService & { readonly type: 'unpinned' })
  /** Found to be unfit here before anything was switched to it. */
  | (OfService & { readonly type: 'refused'; readonly refusal: Refusal })
  | (Base & { readonly type: 'sequenceReserved'; readonly ceiling: number });

export type VolatileEvent =
  | (Base & { readonly type: 'recovered'; readonly services: readonly FoundService[] })
  | (OfService & { readonly type: 'goalRefused'; readonly reason: string })
  | (OfService & {
      readonly type: 'fetchFailed';
      readonly release: Digest;
      readonly reason: string;
      readonly retryAtMs: number;
    })
  | (OfService & { readonly type: 'fetchCancelled'; readonly release: Digest })
  /** The release can't be started at all: its command is missing, it ended while it was started. */
  | (OfService & { readonly type: 'startFailed'; readonly release: Digest; readonly reason: string })
  /** What was to take over is not wanted any more, and has ended; what ran runs on. */
  | (OfService & { readonly type: 'startGivenUp' })
  /** The instance before the one that took over has ended. */
  | (OfService & { readonly type: 'drained' })
  /** On purpose, and because another is about to start or nothing is to run. */
  | (OfService & {
      readonly type: 'instanceStopped';
      readonly purpose: 'restart' | 'stop';
      /** How long before `atMs` it was asked to end, whatever became of the clock since; left out when nothing ran. */
      readonly askedMsAgo?: number | undefined;
    })
  | (OfService & { readonly type: 'healthObserved'; readonly instance: string; readonly result: CheckResult })
  /** The installed tree of what the link points to isn't what was signed. */
  | (OfService & {
      readonly type: 'driftFound';
      readonly release: Digest;
      readonly policy: DriftPolicy;
      readonly differences: readonly Difference[];
      readonly count: number;
      readonly mendAtMs: number;
    })
  /** It is what was signed again, without this host's doing. */
  | (OfService & { readonly type: 'driftGone'; readonly release: Digest })
  /** A fresh tree stands in the place of the one that was changed. */
  | (OfService & { readonly type: 'mended'; readonly release: Digest })
  /** A fresh tree of the release is whole, beside the one that runs. */
  | (OfService & { readonly type: 'rebuilt'; readonly release: Digest })
  /** And is not there any more. */
  | (OfService & { readonly type: 'rebuildLost'; readonly release: Digest })
  | (OfService & { readonly type: 'collected'; readonly releases: readonly Digest[] })
  /** The host could not do it (disk full, no keeper): never a fault of the release. */
  | (OfService & {
      readonly type: 'actFailed';
      readonly reason: string;
      readonly retryAtMs: number;
      /** Where the link `current` points after a switch that failed; left out after anything else. */
      readonly linked?: Digest | null;
    })
  /** The machine's clock was set, ahead or (below 0) back: what was to last goes on lasting as long. */
  | (Base & { readonly type: 'clockSet'; readonly byMs: number })
  | (Base & { readonly type: 'tick' });

/** Every change of a host's state. */
export type HostEvent = DurableEvent | VolatileEvent;

export type EventOf<Type extends HostEvent['type']> = Extract<HostEvent, { readonly type: Type }>;

const durableTypes: ReadonlySet<HostEvent['type']> = new Set<DurableEvent['type']>([
  'goalSeen',
  'indexSeen',
  'rootSeen',
  'fetchStarted',
  'fetchProgressed',
  'fetched',
  'switchIntended',
  'switched',
  'instanceStarted',
  'instanceExited',
  'treeReplaced',
  'confirmed',
  'previousMoved',
  'pinned',
  'unpinned',
  'refused',
  'sequenceReserved',
]);

export const isDurable = (event: HostEvent): event is DurableEvent => durableTypes.has(event.type);
