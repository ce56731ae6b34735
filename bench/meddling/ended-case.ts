import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentOutcome } from '../../domain/states.ts';
import { ObligationRow, Service } from '../../infra/postgres/central/entities.ts';
import type { DeploymentRow } from '../../infra/postgres/central/entities/deployment.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import { openWorkflows } from './open-workflows.ts';
import { allRun, hostsText, lookIntoRegions } from './running-hosts.ts';
import type { Told } from './told.ts';
import type { Track } from './track.ts';

/** One deployment of a case, when it was over. */
export interface EndedDeployment {
  readonly deployment: string;
  readonly release: number;
  readonly outcome: DeploymentOutcome | null;
  readonly reason: string | null;
}

/** How a case came out. */
export interface EndedCase {
  readonly case: string;
  /** What was active, then what waited. */
  readonly deployments: readonly EndedDeployment[];
  /** What all hosts must run by those outcomes, and what they run. */
  readonly expected: number | null;
  readonly hosts: string;
  readonly lock: string | null;
  /** What came next. */
  readonly next: EndedDeployment;
  readonly hostsAfterNext: string;
  readonly told: readonly Told[];
  /** What the deployments were shown to wait for, from then on. */
  readonly waits: readonly string[];
  /** From the meddling to the outcome of what was active; `null` where nothing was. */
  readonly endedMs: number | null;
  /** What was not as it must be; empty when all was right. */
  readonly faults: readonly string[];
}

export const endedDeployment = ({ service, number, release, outcome, reason }: DeploymentRow): EndedDeployment => ({
  deployment: `${service}/${number}`,
  release,
  outcome: outcome ?? null,
  reason: reason ?? null,
});

/** A report is on its way for a moment, and a workflow closes after its outcome. */
const soonMs = 30_000;
const lookEveryMs = 250;

export interface Rest {
  readonly hosts: string;
  readonly faults: readonly string[];
}

/** Looks until all is at rest, each host on that release; answers what is still not after a while. */
export async function atRest(track: Track, refs: readonly DeploymentRef[], release: number | null): Promise<Rest> {
  const deadline = performance.now() + soonMs;
  for (;;) {
    track.signal.throwIfAborted();
    const rest = await lookAtRest(track, refs, release);
    if (rest.faults.length === 0 || performance.now() > deadline) return rest;
    await delay(lookEveryMs);
  }
}

async function lookAtRest(track: Track, refs: readonly DeploymentRef[], release: number | null): Promise<Rest> {
  const { stack, service } = track;
  const em = stack.central.em.fork();
  const { hosts, leftOnTheWay } = await lookIntoRegions(track);
  const open = (await Promise.all(refs.map((ref) => openWorkflows(stack, ref)))).flat();
  const { holder } = await em.findOneOrFail(Service, { name: service });
  const owed = await em.count(ObligationRow, { service });
  const text = hostsText(hosts);
  return {
    hosts: text,
    faults: [
      ...(allRun(hosts, release) ? [] : [`hosts are not all on ${release}: ${text}`]),
      ...leftOnTheWay,
      ...open.map((id) => `${id} still runs`),
      ...(holder ? [`${service}/${holder} still holds the service`] : []),
      ...(owed === 0 ? [] : [`${owed} obligations are open`]),
    ],
  };
}
