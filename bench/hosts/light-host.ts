import { connectGateway, type GatewayClient } from '../../agent/gateway/gateway-client.ts';
import { GatewayError } from '../../agent/gateway/gateway-error.ts';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import { runPolls } from '../../agent/gateway/poll-loop.ts';
import type { RootSource } from '../../agent/gateway/root-source.ts';
import { openReportBook } from '../../agent/gateway/report-book.ts';
import { runReports } from '../../agent/gateway/report-loop.ts';
import { startHostLoop, type HostLoop } from '../../agent/host-loop.ts';
import type { Log } from '../../agent/log.ts';
import type { HostMemoryStore } from '../../agent/state/host-memory.ts';
import type { PinnedRoot } from '../../agent/trust/pinned-root.ts';
import type { GoalVerifier } from '../../agent/trust/verify-goal.ts';
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
}

/**
 * One host over its own sockets: the agent's polls, verification, decisions and reports, without the agent's disk. It
 * remembers nothing over its end. Resolves when the signal has aborted.
 */
export async function runLightHost(options: LightHost): Promise<void> {
  const { verifier, gateways, first, localAddress, shown, log, signal, isWell, onGoal } = options;
  const { region, keys } = verifier;
  const access = {
    trust: { region, authorities: keys.authorities.get(region) ?? [], localAddress },
    identity: async () => shown,
    answered: () => undefined,
  };
  const client = inTurn(
    gateways.map((gateway) => connectGateway(gateway, access)),
    first,
  );
  const loop = startHostLoop({
    memory: forgetful(verifier.host),
    carryOut: (effect) => carryOut(effect),
    onFatal: (error) => log.error('a host ended', { reason: String(error) }),
    now: Date.now,
  });
  const carryOut = lightEffects(loop.dispatch, isWell);
  const heard = overheard(loop, (goal) => onGoal(verifier.host, goal));
  const book = openReportBook(loop, null);
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

type AskedClient = Pick<GatewayClient, 'poll' | 'report' | 'showGoals' | 'close'>;

/** As a balancer before the gateways would do it. */
function inTurn(clients: readonly GatewayClient[], first: number): AskedClient {
  let at = first;
  const ask = async <Answer>(call: (client: GatewayClient) => Promise<Answer>): Promise<Answer> => {
    const asked = at;
    try {
      return await call(clients[asked]!);
    } catch (error) {
      if (at === asked && error instanceof GatewayError && error.status === 0) at = (at + 1) % clients.length;
      throw error;
    }
  };
  return {
    async poll(request, signal) {
      const answer = await ask((client) => client.poll(request, signal));
      await ownTurn();
      return answer;
    },
    report: (batch, signal) => ask((client) => client.report(batch, signal)),
    showGoals: (held, signal) => ask((client) => client.showGoals(held, signal)),
    close: () => clients.forEach((client) => client.close()),
  };
}

/** Of a run's few minutes: it follows no other. */
const rootOf = ({ keys }: GoalVerifier): PinnedRoot => ({
  keys,
  follow: async () => 'a light host follows no other root',
});

const noRoots: RootSource = () => Promise.reject(new GatewayError('a light host asks for no root'));

const forgetful = (host: HostId): HostMemoryStore => ({
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
