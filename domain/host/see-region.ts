/** What a host takes up of what its region says: goals, the index that vouches for them, root documents. */
import { decideHost } from '../goal/host-rule.ts';
import { basesAfter } from '../goal/trees.ts';
import type { Digest } from '../names.ts';
import type { EventOf } from './events.ts';
import {
  memoryOf,
  serviceOf,
  withService,
  type HostState,
  type ServiceState,
  type TakenGoal,
} from './service-state.ts';

/** Takes a goal up, unless the rule ignores it. */
export function seeGoal(state: HostState, { service: name, goal, provenUntilMs = 0 }: EventOf<'goalSeen'>): HostState {
  const service = serviceOf(state, name);
  const decision = decideHost(goal, memoryOf(state.host, service));
  if (decision.do === 'ignore') return withService(state, { ...service, problem: decision.reason });
  if (!isBelieved(state, goal.goal.issuedAt, provenUntilMs))
    return withService(state, { ...service, problem: 'the memory of this host was lost: the goal may be an old one' });
  const { attempt, generation, issuedAt } = goal.goal;
  const bases = { base: service.goal?.goal.base?.release.digest ?? null, previous: service.formerBase };
  const taken: ServiceState = {
    ...service,
    goal,
    provenUntilMs,
    floor: { attempt, generation, contentDigest: goal.contentDigest },
    formerBase: basesAfter(bases, goal.goal).previous,
    // A goal that says something new is tried at once, whatever the last one ran into.
    fetchProblem: generation === service.floor?.generation ? service.fetchProblem : null,
    problem: null,
  };
  return { ...withService(state, taken), timeFloorMs: Math.max(state.timeFloorMs, Date.parse(issuedAt)) };
}

/** A host that knows no floor any more believes what was signed since, or what an index proves that was. */
const isBelieved = ({ memoryLostAtMs = 0 }: HostState, issuedAt: string, provenUntilMs: number): boolean =>
  provenUntilMs > 0 || Date.parse(issuedAt) >= memoryLostAtMs;

/** Of a goal that it doesn't prove it says nothing: what vouched for that before still does, until it expires. */
export function seeIndex(
  state: HostState,
  { version, issuedAtMs, expiresAtMs, proven }: EventOf<'indexSeen'>,
): HostState {
  if (version < state.indexVersion) return state;
  const seen = { ...state, indexVersion: version, timeFloorMs: Math.max(state.timeFloorMs, issuedAtMs) };
  return proven.reduce((all, { service: name, etag }) => {
    const service = serviceOf(all, name);
    return service.goal?.etag === etag ? withService(all, { ...service, provenUntilMs: expiresAtMs }) : all;
  }, seen);
}

/**
 * Releases that are revoked can't be installed any more. Another director follows one that may have been stolen: what that
 * signed binds the host no longer, neither how far it had counted nor the time it said, and is not installed either.
 */
export function seeRoot(state: HostState, { root, issuedAtMs }: EventOf<'rootSeen'>): HostState {
  const another = state.root !== null && state.root.director !== root.director;
  const services = [...state.services].map(([name, service]) => {
    const { goal } = service;
    const held = { ...service, goal: goal && withoutRevoked(goal, root.revoked) };
    return [name, another ? { ...held, floor: null, provenUntilMs: 0 } : held] as const;
  });
  const seen = { ...state, root, services: new Map(services) };
  return another ? { ...seen, indexVersion: 0, timeFloorMs: issuedAtMs } : seen;
}

function withoutRevoked(goal: TakenGoal, revoked: readonly Digest[]): TakenGoal {
  const next = goal.goal.next?.release.digest;
  return {
    ...goal,
    admitted: goal.admitted && (next === undefined || !revoked.includes(next)),
    admittedReleases: goal.admittedReleases.filter(({ release }) => !revoked.includes(release)),
  };
}
