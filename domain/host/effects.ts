import type { Digest, Generation, ServiceName } from '../names.ts';
import type { Attempt } from '../goal/attempt.ts';
import type { Refusal } from '../goal/host-status.ts';
import type { Trial } from './service-state.ts';

interface OfService {
  readonly service: ServiceName;
}

/** Moves the link `current`: journals `switchIntended`, renames, journals `switched`. */
export type SwitchEffect = OfService & {
  readonly do: 'switch';
  readonly kind: Trial['kind'];
  readonly from: Digest | null;
  readonly to: Digest | null;
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly traceparent: string | null;
  readonly refusal: Refusal | null;
};

export type FetchEffect = OfService & {
  readonly do: 'fetch';
  readonly release: Digest;
  /** Digest of the config that the release was admitted with. */
  readonly config: Digest;
  /** Failed attempts before this one, for the backoff. */
  readonly failures: number;
};

/** Makes a fresh tree of a release that is installed, beside it. */
export type RebuildEffect = OfService & {
  readonly do: 'rebuild';
  readonly release: Digest;
  /** Digest of the config that it was admitted with, where the goal admits it: for documents that were changed too. */
  readonly config: Digest | null;
  readonly failures: number;
};

/** What the agent has to do now. Each ends in an event, whatever happens. */
export type Effect =
  /** At most one a service at a time; runs beside all others. */
  | FetchEffect
  | RebuildEffect
  | (OfService & { readonly do: 'cancelFetch' })
  /** The rest: at most one of them a service at a time. */
  | SwitchEffect
  /** Ends what runs of the service, then starts the release. */
  | (OfService & { readonly do: 'start'; readonly release: Digest })
  | (OfService & { readonly do: 'stop' })
  /** Puts what was rebuilt in the place of what was changed. */
  | (OfService & { readonly do: 'replaceTree'; readonly release: Digest })
  | (OfService & { readonly do: 'confirm'; readonly release: Digest | null })
  | (OfService & { readonly do: 'movePrevious'; readonly release: Digest })
  | (OfService & { readonly do: 'collect'; readonly releases: readonly Digest[] });

/** An effect on the service's links, trees or process. */
export type Act = Exclude<Effect, { readonly do: 'fetch' | 'rebuild' | 'cancelFetch' }>;
