import { setTimeout as delay } from 'node:timers/promises';
import type { HostLoop } from '../../../agent/host-loop.ts';
import type { HostMemoryStore } from '../../../agent/state/host-memory.ts';
import type { Effect } from '../../../domain/host/effects.ts';
import { serviceOf } from '../../../domain/host/service-state.ts';
import type { HostId, ServiceName } from '../../../domain/names.ts';
import type { ReportBatch, ServiceReport } from '../../../protocol/gateway.ts';
import type { AskedClient, OddWays } from '../../hosts/light-host.ts';
import type { Lie, Way } from '../scenario/scenario.ts';
import type { Course } from './course.ts';
import { formerOf, lied, type Told } from './lies.ts';

interface OddHost {
  readonly host: HostId;
  readonly service: ServiceName;
  readonly way: Way;
  readonly course: Course;
  readonly memory: HostMemoryStore;
  /** Told of the loop of each of its lives. */
  readonly begin: (loop: HostLoop) => void;
}

/** One life of a host, by its way. */
export function oddWays({ host, service, way, course, memory, begin }: OddHost): OddWays {
  let loop: HostLoop | null = null;
  const told = (): Omit<Told, 'former' | 'turn'> => ({
    host,
    service: serviceOf(loop!.state, service),
    nowMs: Date.now(),
  });
  return {
    memory,
    talk: (honest) =>
      way.kind === 'slow'
        ? hearsLate(honest, course, way.hearsMs)
        : way.kind === 'liar'
          ? lies(honest, { lie: way.lie, service, course, told })
          : honest,
    carryOut(honest, own) {
      if (way.kind === 'slow') return slowly(honest, course, way.switchMs);
      return way.kind === 'liar' && way.lie === 'done-though-idle' ? idly(honest, own, course) : honest;
    },
    begin(own) {
      loop = own;
      begin(own);
    },
  };
}

/** What it is answered waits; it asks nothing else meanwhile, but goes on reporting. */
const hearsLate = (honest: AskedClient, course: Course, hearsMs: number): AskedClient => ({
  ...honest,
  async poll(request, signal) {
    const answer = await honest.poll(request, signal);
    if (course.brings() !== null) await delay(hearsMs, undefined, { signal });
    return answer;
  },
});

interface Liar {
  readonly lie: Lie;
  readonly service: ServiceName;
  readonly course: Course;
  readonly told: () => Omit<Told, 'former' | 'turn'>;
}

/** It lies for as long as the deployment lasts. */
function lies(honest: AskedClient, { lie, service, course, told }: Liar): AskedClient {
  let former: Told['former'] = null;
  let turn = 0;
  const say = (truth: ServiceReport): ServiceReport => {
    if (truth.service !== service || course.hasEnded()) return truth;
    former = formerOf(truth) ?? former;
    return lied(lie, truth, { ...told(), former, turn: turn++ });
  };
  const batchOf = (batch: ReportBatch): ReportBatch => ({ ...batch, services: batch.services.map(say) });
  return {
    ...honest,
    poll: (request, signal) =>
      honest.poll({ ...request, ...(request.report && { report: batchOf(request.report) }) }, signal),
    report: (batch, signal) => honest.report(batchOf(batch), signal),
  };
}

/** Going on takes its time, and going back a third of it. */
const slowly =
  (honest: (effect: Effect) => void, course: Course, switchMs: number) =>
  (effect: Effect): void => {
    if (effect.do !== 'start' || course.brings() === null) return honest(effect);
    const takesMs = effect.release === course.brings() ? switchMs : switchMs / 3;
    void delay(takesMs).then(() => honest(effect));
  };

const hourMs = 3_600_000;

/** It never goes to what the deployment brings. */
const idly =
  (honest: (effect: Effect) => void, { dispatch }: HostLoop, course: Course) =>
  (effect: Effect): void => {
    if (effect.do !== 'switch' || effect.to !== course.brings()) return honest(effect);
    const atMs = Date.now();
    const { service, from } = effect;
    void dispatch({ type: 'actFailed', service, reason: 'idle', retryAtMs: atMs + hourMs, linked: from, atMs });
  };
