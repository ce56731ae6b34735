import type { Attempt } from '../goal/attempt.ts';
import type { HostMemory, VerifiedGoal } from '../goal/verified-goal.ts';
import type { Refusal } from '../goal/host-status.ts';
import type { Digest, Generation, HostId, ServiceName } from '../names.ts';
import type { HealthConfig, RunConfig } from '../spec/service-spec.ts';
import type { Health } from './health.ts';
import type { Drift } from './drift.ts';
import type { Exits } from './restarts.ts';

/** A pid alone is nobody: it is used again, by strangers. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, from `/proc/<pid>/stat`. */
  readonly startTime: string;
  readonly bootId: string;
}

/** One running copy of a service. */
export interface Instance {
  /** Unique for ever: the value of `SLIPWAY_INSTANCE` in its environment. */
  readonly id: string;
  readonly release: Digest;
  readonly process: ProcessIdentity;
  readonly port: number;
  readonly health: HealthConfig;
  /** Its port is a listening socket that it was handed, and that its successor will be handed. */
  readonly socket?: true | undefined;
  /** How it is ended; left out by agents of before. */
  readonly ending?: Ending | undefined;
}

export type Ending = Pick<RunConfig, 'stop' | 'drain'>;

/** A goal that the host has taken up. */
export interface TakenGoal extends VerifiedGoal {
  /** Digest of its envelope's text. */
  readonly etag: Digest;
  readonly expiresAtMs: number;
  /** Releases that a verified admission, named by the goal, admits here; with the config that it was given for. */
  readonly admittedReleases: readonly { readonly release: Digest; readonly config: Digest }[];
  readonly traceparent: string | null;
  /** Base64 of what was signed, and the signatures: shown to a region that has lost it. Left out by agents of the version before. */
  readonly signed?: SignedText;
}

/** A signed document as it came (protocol/dsse.ts). */
export interface SignedText {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** A switch that is not confirmed by health yet. */
export interface Trial {
  readonly kind: 'forward' | 'revert';
  readonly from: Digest | null;
  /** `null`: nothing runs any more. */
  readonly to: Digest | null;
  readonly attempt: Attempt;
  readonly generation: Generation;
  /** `intended`: the link may still be the old one. */
  readonly stage: 'intended' | 'switched';
}

/** When the host last switched, and because of which trace. */
export interface SwitchTrace {
  readonly traceparent: string | null;
  readonly startedAtMs: number;
  readonly switchedAtMs: number | null;
}

/** What a host remembers of one service for ever: it is rebuilt from snapshot and journal. */
export interface ServiceRecord {
  readonly service: ServiceName;
  /** Never lowered, not even by an expired goal. */
  readonly floor: HostMemory['floor'];
  readonly goal: TakenGoal | null;
  /** Until then a goal index that the director signed vouches for `goal`; 0 when none does. */
  readonly provenUntilMs: number;
  readonly refused: readonly Refusal[];
  readonly pin: Digest | null;
  /** Whole, verified trees. */
  readonly onDisk: readonly Digest[];
  /** Where the link `current` points: what runs, or is about to. */
  readonly current: Digest | null;
  /** What ran, confirmed, before the last switch forward. */
  readonly before: Digest | null;
  /** Where the link `previous` points: the base before this one, kept for a rollback without network. */
  readonly previous: Digest | null;
  /** Where it should point since the last finish. */
  readonly formerBase: Digest | null;
  readonly trial: Trial | null;
  readonly instance: Instance | null;
  readonly exits: Exits;
  /** When a fresh tree was put in the place of one that was changed, oldest first. */
  readonly mends: readonly number[];
  /** Id of the instance that was started from a tree which is gone since: it is to start anew. */
  readonly outdated: string | null;
  readonly lastSwitch: SwitchTrace | null;
  /** Over all fetches of the service: what came over the network, and what was found on this disk. */
  readonly fetchedBytes: number;
  readonly reusedBytes: number;
}

/** With what is only true while this agent runs. */
export interface ServiceState extends ServiceRecord {
  readonly health: Health | null;
  /** Why `current` can't be run here, as far as seen in this run of the agent. */
  readonly failure: { readonly release: Digest; readonly reason: string } | null;
  readonly fetching: Digest | null;
  /** What was found to differ in `current` since this agent started. */
  readonly drift: Drift | null;
  readonly fetchProblem: { readonly failures: number; readonly retryAtMs: number; readonly reason: string } | null;
  /** An effect on link or process is under way: one at a time. */
  readonly acting: boolean;
  /** No further act before this time, after one that could not be done. */
  readonly actAfterMs: number;
  /** When the instance before was asked to end, until the next one is seen to be well. */
  readonly gapSinceMs: number | null;
  /** How long, at the last change in this run of the agent, no instance was there to answer. */
  readonly switchGapMs: number | null;
  /** Why the newest goal was not taken up, or an act could not be done. */
  readonly problem: string | null;
}

/** What a root document says that goals are held to. */
export interface SeenRoot {
  readonly version: number;
  /** Key id of the director of this host's region; null when it names none. */
  readonly director: string | null;
  /** Nobody installs them any more. */
  readonly revoked: readonly Digest[];
}

/** What one host remembers. */
export interface HostState {
  readonly host: HostId;
  /** No report used a sequence at or above this. */
  readonly sequenceCeiling: number;
  /** Whom this host trusts; null until an agent of this version has run. */
  readonly root: SeenRoot | null;
  /** Of the newest goal index that was seen: an older one proves nothing. */
  readonly indexVersion: number;
  /** When the newest goal or index was issued: the time can't be earlier, whatever the clock says. */
  readonly timeFloorMs: number;
  /** When floors were lost with all copies of them: nothing that was signed before is believed. 0, or left out: never. */
  readonly memoryLostAtMs?: number;
  readonly services: ReadonlyMap<ServiceName, ServiceState>;
}

const quiet = {
  health: null,
  failure: null,
  fetching: null,
  drift: null,
  fetchProblem: null,
  acting: false,
  actAfterMs: 0,
  gapSinceMs: null,
  switchGapMs: null,
  problem: null,
} as const;

export const newService = (service: ServiceName): ServiceState => ({
  service,
  floor: null,
  goal: null,
  provenUntilMs: 0,
  refused: [],
  pin: null,
  onDisk: [],
  current: null,
  before: null,
  previous: null,
  formerBase: null,
  trial: null,
  instance: null,
  exits: [],
  mends: [],
  outdated: null,
  lastSwitch: null,
  fetchedBytes: 0,
  reusedBytes: 0,
  ...quiet,
});

/** A host that remembers nothing yet. */
export const newHost = (host: HostId): HostState => ({
  host,
  sequenceCeiling: 0,
  root: null,
  indexVersion: 0,
  timeFloorMs: 0,
  services: new Map(),
});

/** The same service as a fresh agent knows it; what an agent of before knew nothing of is as at the beginning. */
export const atRest = (record: ServiceRecord): ServiceState => ({ ...newService(record.service), ...record, ...quiet });

export const serviceOf = (state: HostState, service: ServiceName): ServiceState =>
  state.services.get(service) ?? newService(service);

export const memoryOf = (host: HostId, service: ServiceRecord): HostMemory => ({
  host,
  floor: service.floor,
  refused: service.refused,
  pin: service.pin,
  running: service.current,
  onDisk: [...service.onDisk],
});

export const withService = (state: HostState, service: ServiceState): HostState => ({
  ...state,
  services: new Map(state.services).set(service.service, service),
});

/** What an act that is over leaves of itself. */
export const acted = { acting: false, actAfterMs: 0, problem: null } as const;
