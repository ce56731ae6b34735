import { comesUpWithinMs, failuresAllowed } from '../goal/judge.ts';
import type { Verdict } from '../goal/region-view.ts';
import { counted, lasted } from '../progress/plain-text.ts';
import type { ModelHost } from './model-host.ts';
import { allowBatch, judgeBakeOf, judgeBefore, judgeRegion, type ModelRegion } from './model-region.ts';
import type { SimulatedPlan, SimulatedStage, TimelineEntry } from './simulated-plan.ts';
import { untilJudged, type Judged } from './until-judged.ts';

/** How long regions go forward, in ms since the simulation began, both inclusive. */
export interface Until {
  /** Nothing goes forward after it: another region has stopped the deployment. */
  readonly stopMs: number;
  /** No batch begins after it: another region is held. */
  readonly pauseMs: number;
}

export interface RegionStart {
  readonly plan: SimulatedPlan;
  readonly stage: SimulatedStage;
  readonly region: SimulatedStage['regions'][number]['region'];
  readonly hosts: readonly ModelHost[];
  readonly startMs: number;
  readonly until: Until;
  /** From its first batch on; 0 for never. */
  readonly cutOffForMs: number;
  /** When its world turns bad, from its first batch on; `null` for never. */
  readonly badInMs: number | null;
}

/** A region on its way. */
export interface Going {
  readonly start: RegionStart;
  readonly at: ModelRegion;
  readonly entries: TimelineEntry[];
  nowMs: number;
  cutOffUntilMs: number;
}

/** What a part of the way came to; `cut short`: by what happened in another region. */
export type Step = 'done' | 'cut short' | Trouble;

export interface Trouble {
  readonly verdict: 'stop' | 'hold' | 'wait';
  /** One sentence, with the region. */
  readonly reason: string;
  /** What the region does about it. */
  readonly text: string;
}

/** The next batch, once what was before it is good: until it is good itself. */
export function runBatch(going: Going, batch: number): Step {
  const { at, start } = going;
  const { batches } = start.stage;
  const waits = untilMayBegin(going);
  if (waits !== 'done') return waits;
  const allowed = allowBatch(at, batches[batch - 1]!, going.nowMs);
  if (allowed === null) return noHost(at);
  const brought = `${counted(allowed.hosts, 'host')}, ${allowed.cumulative} of ${at.hosts.length} in all`;
  say(going, `batch ${batch} of ${batches.length}: ${brought}`);
  if (batch === 1) strike(going);
  const watch = { fromMs: going.nowMs, untilMs: start.until.stopMs, limitsMs: [start.plan.batchTimeoutMs] };
  const judged = untilJudged(at, watch, (atMs) => judgeRegion(at, atMs));
  const step = ruled(going, judged);
  if (step === 'done') say(going, `batch ${batch} is good: ${countsText(judged!.said, start.plan)}`);
  return step;
}

/** What fails while nobody watches counts before the next batch: while the centre can't reach the region. */
function untilMayBegin(going: Going): Step {
  const { stopMs, pauseMs } = going.start.until;
  const { at } = going;
  untilReached(going);
  const watch = { fromMs: going.nowMs, untilMs: Math.min(stopMs, pauseMs), limitsMs: [comesUpWithinMs] };
  const judged = untilJudged(at, watch, (atMs) => judgeBefore(at, atMs));
  if (judged !== null) return ruled(going, judged);
  going.nowMs = Math.max(going.nowMs, pauseMs);
  if (going.nowMs <= stopMs) say(going, 'starts no batch: paused while another region is held');
  return 'cut short';
}

export function bake(going: Going): Step {
  const { at, start } = going;
  const { bakeMs } = start.stage;
  untilReached(going);
  if (going.nowMs > start.until.stopMs) return 'cut short';
  say(going, `bakes for ${lasted(bakeMs)}`);
  const limitsMs = [bakeMs, bakeMs + start.plan.absentAfterMs];
  const watch = { fromMs: going.nowMs, untilMs: start.until.stopMs, limitsMs };
  return ruled(
    going,
    untilJudged(at, watch, (atMs) => judgeBakeOf(at, bakeMs, atMs)),
  );
}

/** Nothing new begins in a region that is cut off. What begins next is judged from then on. */
function untilReached(going: Going): void {
  going.nowMs = Math.max(going.nowMs, going.cutOffUntilMs);
  going.at.sinceMs = going.nowMs;
}

/** What goes wrong here from the first batch on. */
function strike(going: Going): void {
  const { cutOffForMs, badInMs } = going.start;
  if (cutOffForMs > 0) {
    going.cutOffUntilMs = going.nowMs + cutOffForMs;
    say(going, `cut off from the centre for ${lasted(cutOffForMs)}: what is allowed goes on, nothing new begins`);
  }
  if (badInMs === null) return;
  say(
    going,
    `bad world: no instance is well ${badInMs === 0 ? 'from now on' : `in ${lasted(badInMs)}`}, whatever it runs`,
  );
}

function ruled(going: Going, judged: Judged | null): Step {
  if (judged === null) return 'cut short';
  going.nowMs = judged.atMs;
  return troubleOf(going.at, judged.said) ?? 'done';
}

/** What the judge has against the release there, or against the world; `null` for nothing. */
export function troubleOf({ region }: ModelRegion, said: Verdict | null): Trouble | null {
  if (said?.verdict !== 'stop' && said?.verdict !== 'hold') return null;
  const { verdict, reason } = said;
  const what = verdict === 'stop' ? 'stops' : 'is held, a person decides';
  return { verdict, reason: `${region}: ${reason}`, text: `${what}: ${reason}` };
}

const noHost = ({ region }: ModelRegion): Trouble => ({
  verdict: 'wait',
  reason: `no host reports in ${region}`,
  text: 'no host reports: waits here until one does, or a person skips the region',
});

const say = ({ at, entries, nowMs }: Going, text: string): void =>
  void entries.push({ atMs: nowMs, region: at.region, text });

function countsText({ counts: { healthy, failed, lost, switched } }: Verdict, { budget }: SimulatedPlan): string {
  const bad =
    failed + lost === 0 ? '' : `, ${failed + lost} failed or lost of ${failuresAllowed(budget, switched)} allowed`;
  return `${healthy} healthy${bad}`;
}
