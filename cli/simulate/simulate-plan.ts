import { simulateDeployment } from '../../domain/simulation/simulate-deployment.ts';
import type { SimulatedFaults, SimulatedPlan, Simulation } from '../../domain/simulation/simulated-plan.ts';
import { whyNoAutomaticUndo } from '../../domain/hook/irreversible.ts';
import { counted, lasted, named } from '../../domain/progress/plain-text.ts';
import type { RegionName } from '../../domain/names.ts';
import type { DeploymentPlan } from '../../protocol/api/plan.ts';
import { percentOf } from '../../protocol/quantities.ts';
import type { Share } from '../../domain/spec/service-spec.ts';
import { textTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';

/** A host of the model fetches as a slow disk writes: 20 MB/s. */
const bytesPerMs = 20_000;

/** @throws UsageError when it is not known how many hosts a region has */
export function simulatePlan(plan: DeploymentPlan, faults: SimulatedFaults): Simulation {
  return simulateDeployment(simulated(plan), faults);
}

function simulated(plan: DeploymentPlan): SimulatedPlan {
  const { service, stages, budget, timing, totalBytes } = plan;
  const rollback = { automatic: plan.rollback.automatic && whyNoAutomaticUndo(plan) === null };
  const { healthyAfterMs, startPeriodMs, batchTimeoutMs, absentAfterMs, undoDeadlineMs } = timing;
  return {
    service,
    stages: stages.map(({ name, regions, batches, bakeMs }) => ({
      name,
      bakeMs,
      batches: batches.map(shareOf),
      regions: regions.map(({ region, hosts }) => {
        if (hosts === null) throw new UsageError(unknownHosts(plan, region));
        return { region, hosts };
      }),
    })),
    budget: { ...budget, cap: budget.cap ?? Number.POSITIVE_INFINITY },
    batchTimeoutMs,
    absentAfterMs,
    undoDeadlineMs,
    rollback,
    host: {
      fetchMs: (totalBytes ?? 0) / bytesPerMs,
      // What health has to hold for, and a quarter of the time that a start may take besides.
      startMs: healthyAfterMs + (startPeriodMs - healthyAfterMs) / 4,
      failMs: startPeriodMs,
    },
  };
}

const unknownHosts = ({ service, stages }: DeploymentPlan, region: RegionName): string =>
  stages.every(({ regions }) => regions.every(({ hosts }) => hosts === null))
    ? `${service} has run nowhere yet, so its hosts are not known: say how many a region has, --hosts 4`
    : `no release of ${service} has run in ${region}, so its hosts are not known: say how many, --hosts ${region}=4`;

/** `1`, `50%`: as the plan writes them. */
const shareOf = (text: string): Share => {
  const percent = percentOf(text);
  return percent === null ? { hosts: Number(text) } : { percent };
};

/** What happened when, what it came to and why, and what of the plan was left out of it. */
export function simulationLines(simulation: Simulation, plan: DeploymentPlan): string[] {
  const { entries, outcome, reason, tookMs, switched, failed, lost, pending } = simulation;
  const rows = entries.map(({ atMs, region, text }) => [clock(atMs), region ?? '', text]);
  const bad = failed + lost === 0 ? '' : `, ${failed} failed, ${lost} lost`;
  const owed = pending.length === 0 ? '' : `, ${named(pending)} still to be undone`;
  const why = outcome === 'succeeded' ? '' : ` (${reason})`;
  const without = notSimulated(plan);
  return [
    ...textTable(rows).map((line) => ` ${line}`),
    `simulated: ${outcome} after ${lasted(tookMs)}${why}; ${counted(switched, 'host')} told to switch${bad}${owed}`,
    ...(without.length === 0 ? [] : [`not simulated, and not in its time: ${without.join(', ')}`]),
  ];
}

/** What a deployment of this plan waits for or runs, and the model has nothing of. */
function notSimulated({ approval, stages, checks, requiredChecks, hooks, verify, window, ...plan }: DeploymentPlan) {
  const measured = [...(plan.verifyMetrics ?? []), ...stages.flatMap(({ metrics }) => metrics ?? [])];
  return [
    ...(checks !== null || requiredChecks !== undefined ? ['checks'] : []),
    ...(approval !== null || stages.some(({ approve }) => approve !== undefined) ? ['approvals'] : []),
    ...(window === undefined ? [] : ['the window']),
    ...(hooks === undefined ? [] : ['hooks']),
    ...(verify === null ? [] : ['verify']),
    ...(measured.length === 0 ? [] : ['metrics']),
  ];
}

/** `0:12:05` */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
