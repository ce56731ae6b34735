import { failuresAllowed } from '../goal/judge.ts';
import type { Verdict } from '../goal/region-view.ts';
import { counted, lasted } from '../progress/plain-text.ts';
import type { ModelHost } from './model-host.ts';
import {
  allowBatch,
  beginRegion,
  judgeBakeOf,
  judgeRegion,
  nextChangeMs,
  openRegion,
  type ModelRegion,
} from './model-region.ts';
import type { SimulatedPlan, SimulatedStage, TimelineEntry } from './simulated-plan.ts';

/** How a region went forward. */
export interface RegionCourse {
  readonly at: ModelRegion;
  readonly end: 'ready' | 'stop' | 'hold' | 'wait' | 'interrupted';
  /** When the centre knew it. */
  readonly endedMs: number;
  readonly reason: string;
  readonly entries: readonly TimelineEntry[];
  /** Until when the centre can't reach it; 0 when it always can. */
  readonly cutOffUntilMs: number;
}

export interface RegionStart {
  readonly plan: SimulatedPlan;
  readonly stage: SimulatedStage;
  readonly region: SimulatedStage['regions'][number]['region'];
  readonly hosts: readonly ModelHost[];
  readonly startMs: number;
  /** Nothing goes forward from then on: another region has stopped the deployment. */
  readonly limitMs: number;
  /** From its first batch on; 0 for never. */
  readonly cutOffForMs: number;
}

/** A look at 20,000 hosts isn't taken for each of them: the hosts of so many ms are looked at together. */
const lookEveryMs = 500;

/** Brings the release to one region: begin, each batch when the one before is good, bake. */
export function rollOutRegion(start: RegionStart): RegionCourse {
  const { plan, stage, region, hosts, limitMs, cutOffForMs } = start;
  const at = openRegion(region, plan, hosts);
  const entries: TimelineEntry[] = [];
  const say = (atMs: number, text: string): void => void entries.push({ atMs, region, text });
  let now = start.startMs;
  let cutOffUntilMs = 0;
  const over = (end: RegionCourse['end'], reason: string): RegionCourse => {
    const endedMs = Math.max(now, cutOffUntilMs);
    return endedMs > limitMs
      ? { at, end: 'interrupted', endedMs: limitMs, reason: '', entries, cutOffUntilMs }
      : { at, end, endedMs, reason, entries, cutOffUntilMs };
  };
  if (now >= limitMs) return over('interrupted', '');
  beginRegion(at, now);
  for (const [index, share] of stage.batches.entries()) {
    now = Math.max(now, cutOffUntilMs);
    if (now >= limitMs) return over('interrupted', '');
    const allowed = allowBatch(at, share, now);
    if (allowed === null) {
      say(now, 'no host reports: waits here until one does, or a person skips the region');
      return over('wait', `no host reports in ${region}`);
    }
    const brought = `${counted(allowed.hosts, 'host')}, ${allowed.cumulative} of ${hosts.length} in all`;
    say(now, `batch ${index + 1} of ${stage.batches.length}: ${brought}`);
    if (index === 0 && cutOffForMs > 0) {
      cutOffUntilMs = now + cutOffForMs;
      say(now, `cut off from the centre for ${lasted(cutOffForMs)}: what is allowed goes on, nothing new begins`);
    }
    const judged = untilJudged(at, now, limitMs, (atMs) => judgeRegion(at, atMs));
    if (judged === null) return over('interrupted', '');
    now = judged.atMs;
    if (judged.verdict.verdict !== 'advance') return stopOrHold(judged.verdict);
    say(now, `batch ${index + 1} is good: ${countsText(judged.verdict, plan)}`);
  }
  if (stage.bakeMs > 0) {
    at.sinceMs = now;
    say(now, `bakes for ${lasted(stage.bakeMs)}`);
    const judged = untilJudged(at, now, limitMs, (atMs) => judgeBakeOf(at, stage.bakeMs, atMs), stage.bakeMs);
    if (judged === null) return over('interrupted', '');
    now = judged.atMs;
    if (judged.verdict.verdict !== 'advance') return stopOrHold(judged.verdict);
  }
  return over('ready', 'ready');

  function stopOrHold({ verdict, reason }: Verdict): RegionCourse {
    const stops = verdict === 'stop';
    say(now, `${stops ? 'stops' : 'is held, a person decides'}: ${reason}`);
    return over(stops ? 'stop' : 'hold', `${region}: ${reason}`);
  }
}

function countsText({ counts: { healthy, failed, lost, switched } }: Verdict, { budget }: SimulatedPlan): string {
  const bad =
    failed + lost === 0 ? '' : `, ${failed + lost} failed or lost of ${failuresAllowed(budget, switched)} allowed`;
  return `${healthy} healthy${bad}`;
}

/** Looks until the verdict is more than to wait; `null` when the limit comes first. */
function untilJudged(
  at: ModelRegion,
  fromMs: number,
  limitMs: number,
  judge: (atMs: number) => Verdict,
  bakeMs: number | null = null,
): { readonly verdict: Verdict; readonly atMs: number } | null {
  const { batchTimeoutMs, absentAfterMs } = at.plan;
  const deadlines = bakeMs === null ? [batchTimeoutMs] : [bakeMs, bakeMs + absentAfterMs];
  for (let now = fromMs; now < limitMs;) {
    const verdict = judge(now);
    if (verdict.verdict !== 'wait') return { verdict, atMs: now };
    const change = Math.max(nextChangeMs(at, now), now + lookEveryMs);
    const deadline = Math.min(...deadlines.map((ms) => fromMs + ms).filter((ms) => ms > now), Number.POSITIVE_INFINITY);
    now = Math.min(change, deadline);
  }
  return null;
}
