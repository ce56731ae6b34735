import type { HostLoop } from '../../../agent/host-loop.ts';
import type { Log } from '../../../agent/log.ts';
import type { HostState } from '../../../domain/host/service-state.ts';
import { hostId, type Digest, type RegionName, type ServiceName } from '../../../domain/names.ts';
import type { GoalVerifier } from '../../../agent/trust/verify-goal.ts';
import { runLightHost } from '../../hosts/light-host.ts';
import type { Course } from './course.ts';
import { liveOn, type Live } from './lives.ts';
import { oddWays } from './odd-ways.ts';
import type { RunFleet } from './run-fleet-file.ts';
import { runningOf, type Truth } from './truth.ts';

/** What all hosts of a run have in common. */
export interface SharedByHosts {
  readonly service: ServiceName;
  readonly region: RegionName;
  readonly keys: GoalVerifier['keys'];
  readonly gateway: URL;
  readonly localAddress: string;
  readonly course: Course;
  readonly write: (line: string) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** One host of a run through all its lives; until the signal. */
export async function runHost(shared: SharedByHosts, given: RunFleet['hosts'][number]): Promise<void> {
  const { service, region, keys, gateway, localAddress, course, log, signal } = shared;
  const { host: name, badHere, way, ...shown } = given;
  const host = hostId(name);
  const witness = openWitness(shared, given);
  const isHonestlyWell = (release: Digest): boolean => !badHere || release !== course.brings();
  const isWell = way.kind === 'liar' && way.lie === 'healthy-though-bad' ? () => true : isHonestlyWell;
  const live: Live = async ({ memory, found }, life) => {
    let state: HostState = memory.remembered;
    const begin = (loop: HostLoop): void => {
      loop.onChange((now) => {
        if (life.aborted) return;
        state = now;
        witness.see(now);
      });
      if (found !== null) void loop.dispatch(found);
    };
    await runLightHost({
      verifier: { host, region, keys },
      gateways: [gateway],
      first: 0,
      localAddress,
      shown,
      log,
      signal: life,
      isWell,
      onGoal: (_, goal) => course.heard(host, goal),
      odd: oddWays({ host, service, way, course, memory, begin }),
    });
    return state;
  };
  await liveOn({ host, service, way, course, live, tell: witness.tell, signal });
}

interface Witness {
  see(state: HostState): void;
  tell(is: 'away' | 'back'): void;
}

/** Writes down what a host really does, whatever it says. */
function openWitness({ service, course, write }: SharedByHosts, given: RunFleet['hosts'][number]): Witness {
  const host = hostId(given.host);
  let first: Digest | null = null;
  let seen: Pick<Truth, 'runs' | 'isWell' | 'is'> = { runs: 'nothing', isWell: false, is: 'here' };
  const note = (change: Partial<typeof seen>): void => {
    const now = { ...seen, ...change };
    if (now.runs === seen.runs && now.isWell === seen.isWell && now.is === seen.is) return;
    seen = now;
    const line: Truth = { truth: true, host, atMs: Date.now(), ...seen };
    write(`${JSON.stringify(line)}\n`);
  };
  return {
    see(state) {
      const second = course.brings();
      const goal = state.services.get(service)?.goal?.goal;
      first ??= (goal?.attempt.deployment === 1 ? goal.next : goal?.base)?.release.digest ?? null;
      note(runningOf(state, service, { first, second }));
      if (seen.runs === 'second' && seen.isWell) course.isHealthy(host);
    },
    tell: (is) => note(is === 'away' ? { is } : { is, runs: 'nothing', isWell: false }),
  };
}
