import type { DurableEvent } from '../../domain/host/events.ts';
import { hostsOf, type StackShape } from '../../infra/local/programs.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import { readHostJournal } from '../stack/host-journal.ts';

/** How one host went forward in one deployment, from its journal; wall clock, in ms. */
export interface HostSwitch {
  readonly host: string;
  readonly region: string;
  /** Of the goal that made it switch: `advance:1`. */
  readonly step: string;
  /** That goal was taken up. */
  readonly toldMs: number;
  /** The release was whole on this disk. */
  readonly fetchedMs: number;
  readonly switchingMs: number;
  readonly startedMs: number;
  readonly healthyMs: number;
}

type ServiceEvent = Extract<DurableEvent, { readonly service: unknown }>;
type Of<Type extends ServiceEvent['type']> = Extract<ServiceEvent, { readonly type: Type }>;

/** Every host that switched, and is healthy. */
export const hostSwitches = (shape: StackShape, ref: DeploymentRef): readonly HostSwitch[] =>
  hostsOf(shape).flatMap(({ host, region }) => {
    const seen = switchIn(readHostJournal(shape, host), ref);
    return seen === null ? [] : [{ host, region, ...seen }];
  });

/** `null` when the host did not switch forward in the deployment. */
export function switchIn(
  journal: readonly DurableEvent[],
  { service, deployment }: DeploymentRef,
): Omit<HostSwitch, 'host' | 'region'> | null {
  const events = journal.filter((event): event is ServiceEvent => 'service' in event && event.service === service);
  const intended = events.find(
    (event): event is Of<'switchIntended'> =>
      event.type === 'switchIntended' && event.kind === 'forward' && event.attempt.deployment === deployment,
  );
  if (intended === undefined) return null;
  const goal = events.find(
    (event): event is Of<'goalSeen'> => event.type === 'goalSeen' && event.goal.goal.generation === intended.generation,
  );
  const after = events.slice(events.indexOf(intended));
  const started = after.find(({ type }) => type === 'instanceStarted');
  const confirmed = after.find(({ type }) => type === 'confirmed');
  if (goal === undefined || started === undefined || confirmed === undefined) return null;
  const fetched = events.findLast((event) => event.type === 'fetched' && event.release === intended.to);
  return {
    step: goal.goal.goal.step,
    toldMs: goal.atMs,
    fetchedMs: fetched?.atMs ?? goal.atMs,
    switchingMs: intended.atMs,
    startedMs: started.atMs,
    healthyMs: confirmed.atMs,
  };
}
