import { connectGateways } from '../../agent/gateway/connect-gateways.ts';
import type { GatewayClient } from '../../agent/gateway/gateway-client.ts';
import { GatewayError } from '../../agent/gateway/gateway-error.ts';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import { takeInTurn } from '../../agent/gateway/gateways-in-turn.ts';
import { runPolls } from '../../agent/gateway/poll-loop.ts';
import type { RootSource } from '../../agent/gateway/root-source.ts';
import { openReportBook } from '../../agent/gateway/report-book.ts';
import { runReports } from '../../agent/gateway/report-loop.ts';
import { startHostLoop, type HostLoop } from '../../agent/host-loop.ts';
import type { Log } from '../../agent/log.ts';
import type { HostMemoryStore } from '../../agent/state/host-memory.ts';
import type { PinnedRoot } from '../../agent/trust/pinned-root.ts';
import type { GoalVerifier } from '../../agent/trust/verify-goal.ts';
import type { Effect } from '../../domain/host/effects.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { newHost } from '../../domain/host/service-state.ts';
import type { HostId } from '../../domain/names.ts';
import { lightEffects, type IsWell } from './light-effects.ts';
import { ownTurn } from './own-turn.ts';

export interface LightHost {
  readonly verifier: GoalVerifier;
  readonly gateways: readonly URL[];
  /** The gateway that it begins with; from one that doesn't answer it goes on to the next. */
  readonly first: number;
  readonly localAddress: string;
  readonly shown: ShownIdentity;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly isWell: IsWell;
  /** Told of each goal when the host has verified it and takes it up. */
  readonly onGoal: (host: HostId, event: Extract<HostEvent, { readonly type: 'goalSeen' }>) => void;
  /** Left out: it is as honest and as fast as the agent, and remembers nothing. */
  readonly odd?: OddWays;
}

/** What a host does otherwise. Each is given what an honest one would use. */
export interface OddWays {
  readonly memory: HostMemoryStore;
  talk(honest: AskedClient): AskedClient;
  carryOut(honest: (effect: Effect) => void, loop: HostLoop): (effect: Effect) => void;
  /** Told once, before it talks to anybody. */
  begin(loop: HostLoop): void;
}

/**
 * One host over its own sockets: the agent's polls, verification, decisions and reports, without the agent's disk. It
 * remembers nothing over its end. Resolves when the signal has aborted.
 */
export async function runLightHost(options: LightHost): Promise<void> {
  const { verifier, gateways, first, localAddress, shown, log, signal, isWell, onGoal, odd } = options;
  const { region, keys } = verifier;
  const access = {
    trust: { region, authorities: keys.authorities.get(region) ?? [], localAddress },
    identity: async () => shown,
    answered: () => undefined,
  };
  const inTurn = takeInTurn([...gateways.slice(first), ...gateways.slice(0, first)]);
  const honest = heardInTurn(connectGateways(inTurn, access));
  const client = odd?.talk(honest) ?? honest;
  const loop = startHostLoop({
    memory: odd?.memory ?? forgetful(verifier.host),
    carryOut: (effect) => carryOut(effect),
    onFatal: (error) => log.error('a host ended', { reason: String(error) }),
    now: Date.now,
  });
  const effects = lightEffects(loop.dispatch, isWell);
  const carryOut = odd?.carryOut(effects, loop) ?? effects;
  odd?.begin(loop);
  const heard = overheard(loop, (goal) => onGoal(verifier.host, goal));
  const book = openReportBook(loop, null, { aheadMs: () => null });
  const polls = runPolls({
    loop: heard,
    client,
    verifier,
    root: rootOf(verifier),
    roots: noRoots,
    book,
    keepGoal: () => Promise.resolve(),
    log,
    signal,
  });
  await Promise.all([polls.done, runReports({ loop, book, client, polls, log, signal })]);
  client.close();
}

export type AskedClient = Pick<GatewayClient, 'poll' | 'report' | 'showGoals' | 'close'>;

/** Each host hears its answer in a turn of its own: the process of a fleet is no host, whose event loop nobody else keeps. */
const heardInTurn = (client: GatewayClient): GatewayClient => ({
  ...client,
  async poll(request, signal) {
    const answer = await client.poll(request, signal);
    await ownTurn();
    return answer;
  },
});

/** Of a run's few minutes: it follows no other. */
const rootOf = ({ keys }: GoalVerifier): PinnedRoot => ({
  keys,
  follow: async () => 'a light host follows no other root',
});

const noRoots: RootSource = () => Promise.reject(new GatewayError('a light host asks for no root'));

export const forgetful = (host: HostId): HostMemoryStore => ({
  remembered: newHost(host),
  damage: [],
  append: async () => undefined,
  compact: async () => undefined,
  close: async () => undefined,
});

/** The same loop; `tell` hears of each goal first. */
const overheard = (
  loop: HostLoop,
  tell: (event: Extract<HostEvent, { readonly type: 'goalSeen' }>) => void,
): HostLoop =>
  Object.create(loop, {
    dispatch: {
      value: (event: HostEvent) => {
        if (event.type === 'goalSeen') tell(event);
        return loop.dispatch(event);
      },
    },
  }) as HostLoop;
