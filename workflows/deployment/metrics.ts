import { condition } from '@temporalio/workflow';
import type { WatchMetricsInput, WatchMetricsResult } from '../../activities/gates/contract.ts';
import type { Stop } from '../../domain/deployment/ending.ts';
import { graceOf, watchOf, type MetricGate } from '../../domain/gate/metric.ts';
import { unreadText } from '../../domain/gate/metric-text.ts';
import type { RegionName } from '../../domain/names.ts';
import { plannedRegions, type PlannedStage } from '../../domain/plan/plan.ts';
import { summaryLine } from '../../domain/progress/summary-line.ts';
import { gates } from '../activity-options/gates.ts';
import { now } from '../now.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf, regionOf, releaseOf } from './deployment-run.ts';
import { tellRegions } from './go-on.ts';
import { record } from './record.ts';
import { unlessSkipped } from './skip-region.ts';
import { failed } from './stop.ts';

/** So often what is measured is shown while it is watched, and not more often than a person reads it. */
const mostShown = 8;
const leastBetweenMs = 15_000;

/** What the release is held to in a stage while that bakes: from when the last of its regions does. */
export async function watchStage(run: DeploymentRun, stage: PlannedStage): Promise<Stop | null> {
  const { metrics = [], name, bakeMs, regions } = stage;
  if (metrics.length === 0) return null;
  await condition(() => regions.every((region) => isWatched(run, region)));
  const left = notSkipped(run, regions);
  if (left.length === 0) return null;
  return watchMetrics(run, { metrics, regions: left, stage: name, where: `stage ${name}`, watchMs: bakeMs });
}

const notSkipped = (run: DeploymentRun, regions: readonly RegionName[]): readonly RegionName[] =>
  regions.filter((region) => !regionOf(run, region).skipped);

const isWatched = (run: DeploymentRun, region: RegionName): boolean =>
  ['baking', 'done', 'skipped'].includes(regionOf(run, region).progress.state);

/** What it is held to before the finish. */
export function watchVerified(run: DeploymentRun, metrics: readonly MetricGate[] = []): Promise<Stop | null> {
  const regions = notSkipped(run, plannedRegions(plannedOf(run).plan));
  if (metrics.length === 0) return Promise.resolve(null);
  return watchMetrics(run, { metrics, regions, stage: null, where: 'verify', watchMs: watchOf(metrics) });
}

interface Watched {
  readonly metrics: readonly MetricGate[];
  readonly regions: readonly RegionName[];
  readonly stage: string | null;
  readonly where: string;
  readonly watchMs: number;
}

async function watchMetrics(run: DeploymentRun, watched: Watched): Promise<Stop | null> {
  const { stage, metrics, watchMs, where } = watched;
  const fromMs = Date.now();
  const text = unreadText(metrics);
  run.gates.metrics = { stage, until: new Date(fromMs + watchMs).toISOString(), text };
  record(run, { event: 'metrics-watched', message: `${where}: watches ${text}` });
  const seen = await untilVerdict(run, watched, fromMs);
  run.gates.metrics = null;
  if (seen === null) return null;
  const reason = `${where}: ${seen.text}`;
  if (seen.outcome === 'bad') return failed(reason);
  if (seen.outcome === 'good') record(run, { event: 'metrics-good', message: reason });
  else await untilDecided(run, reason);
  return null;
}

/** A region that is skipped meanwhile is asked about no longer; `null` when none is left. */
async function untilVerdict(run: DeploymentRun, watched: Watched, fromMs: number): Promise<WatchMetricsResult | null> {
  const { metrics, watchMs, where } = watched;
  const { service } = run.input;
  const [untilMs, graceMs] = [fromMs + watchMs, graceOf(metrics)];
  const input = { service, release: releaseOf(run), metrics, fromMs, untilMs, graceMs };
  const shownTimes = Math.min(mostShown, Math.floor(watchMs / leastBetweenMs));
  for (let shown = 1; ;) {
    const regions = notSkipped(run, watched.regions);
    if (regions.length === 0) return null;
    const tellAtMs = shown < shownTimes ? fromMs + Math.floor((watchMs * shown) / shownTimes) : null;
    const seen = await unlessOneIsSkipped(run, regions, () => watch({ ...input, regions, tellAtMs }, where));
    if (seen === null) continue;
    if (seen.outcome !== 'watching') return seen;
    shown += 1;
    if (run.gates.metrics !== null) run.gates.metrics = { ...run.gates.metrics, text: seen.text };
    record(run, { event: 'metrics-read', message: `${where}: ${seen.text}` });
  }
}

const unlessOneIsSkipped = <T>(run: DeploymentRun, regions: readonly RegionName[], work: () => Promise<T>) =>
  regions.reduce<() => Promise<T | null>>((inner, region) => () => unlessSkipped(run, region, inner), work)();

function watch(input: WatchMetricsInput, where: string): Promise<WatchMetricsResult> {
  const summary = summaryLine(`${where}: ${unreadText(input.metrics)}`);
  const longestMs = input.untilMs + input.graceMs - input.fromMs;
  return gates(longestMs).watchMetrics.executeWithOptions({ summary }, [input]);
}

/** Unknown is neither good nor bad: a person resumes or aborts. Meanwhile nothing starts. */
async function untilDecided(run: DeploymentRun, reason: string): Promise<void> {
  run.gates.undecided = { reason, since: now() };
  record(run, { event: 'gate-held', message: `held: ${reason}` });
  await tellRegions(run);
  await condition(() => run.gates.undecided === null);
}
