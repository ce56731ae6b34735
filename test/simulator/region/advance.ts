/** Mirrors activities/goals/advance-region.ts. */
import { compareAttempts } from '../../../domain/goal/attempt.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import { lowestPosition } from '../../../domain/goal/batch-order.ts';
import type { AdvanceStep, GoalRow } from '../../../domain/goal/goal.ts';
import { mayRunBefore } from '../../../domain/goal/region-view.ts';
import type { BatchMembers } from '../../../activities/goals/goal-store.ts';
import type { Generation, Position } from '../../../domain/names.ts';
import type { Budget, Share } from '../../../domain/spec/service-spec.ts';
import type { Call, Region, StoredBatch, World } from '../world/world.ts';
import { batchesOf } from './batches.ts';
import { hostStatuses } from './host-statuses.ts';
import { resultOf } from './watches.ts';
import type { Seen } from './watches.ts';
import { answered, decide, fencedBy, writeStep } from './write-step.ts';
import type { Written } from './write-step.ts';

export interface AdvanceInput {
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly batch: number;
  readonly share: Share;
  readonly absentAfterMs: number;
  readonly budget: Budget;
}

export type Advanced =
  | (Written & { readonly members: BatchMembers })
  | { readonly outcome: 'waiting'; readonly reason: 'no host' | 'all hosts pinned' }
  | Exclude<Seen, { readonly outcome: 'advance' }>;

const nobody: BatchMembers = { hosts: [], absent: [], pinned: [], maintenance: [] };

/** Fixes who the batch is, and lets its hosts run `next`. `null`: hosts have not had the time to be called absent. */
export function advanceRegion(world: World, region: Region, input: AdvanceInput, call: Call): Advanced | null {
  const cut = region.database.row?.cut ?? null;
  const asked = decide(world, region, stepOf(input, cut ?? lowestPosition), 0);
  if (asked.outcome === 'fenced') return fencedBy(asked.row, asked.reason);
  const batches = batchesOf(region, input.attempt.deployment);
  if (asked.outcome === 'repeat') {
    const members = batches.findLast(({ number }) => number <= input.batch)?.members ?? nobody;
    return { outcome: 'written', answer: asked.answer, members };
  }
  const isIt = (one: StoredBatch): boolean =>
    compareAttempts(one.attempt, input.attempt) === 0 && one.number === input.batch;
  const known = batches.find(isIt);
  if (known === undefined) return beginBatch(world, region, input, { ...asked.row, cut }, call);
  const again = { ...known, startedAtMs: world.nowMs };
  const all = region.database.batches.map((one) => (one === known ? again : one));
  const written = answered(writeStep(world, region, stepOf(input, known.cut), { store: { batches: all } }));
  return written.outcome === 'fenced' ? written : { ...written, members: known.members };
}

function beginBatch(
  world: World,
  region: Region,
  input: AdvanceInput,
  { base, next, keep, cut, canaries }: GoalRow,
  call: Call,
): Advanced | null {
  const { decisions } = world.setting;
  const { attempt, absentAfterMs, share, batch: number, budget } = input;
  const hosts = hostStatuses(world, region, { deployment: attempt.deployment, base, next });
  const begunAgoMs = world.nowMs - region.database.begunAtMs;
  if (decisions.awaitsFirstReports(hosts, { absentAfterMs, begunAgoMs })) return null;
  const before = batchesOf(region, attempt.deployment);
  if (next !== null) {
    const ordered = before.flatMap(({ members }) => members.hosts);
    const { otherServices } = region;
    // Nobody has listened: silence isn't failure yet.
    const since = { elapsedMs: world.nowMs - call.askedAtMs, listeningMs: 0 };
    const runsBefore = mayRunBefore({ base, next, keep });
    const view = {
      attempt,
      next,
      runsBefore,
      cut,
      canaries,
      hosts,
      budget,
      absentAfterMs,
      ordered,
      otherServices,
      ...since,
    };
    const verdict = decisions.judgeNextBatch({ ...view, begun: before.map(({ number: begun }) => begun) });
    const last = { number: Math.max(0, ...before.map(({ number: begun }) => begun)), hosts: [] };
    if (verdict !== null) return resultOf(world, region, view, verdict, last) as Advanced | null;
  }
  const fixed = decisions.fixBatch(hosts, { share, absentAfterMs, cut, canaries });
  if (fixed.outcome === 'waiting') return fixed;
  const { hosts: brought, absent, pinned, maintenance } = fixed;
  const members = { hosts: brought, absent, pinned, maintenance };
  const batch: StoredBatch = { attempt, number, cut: fixed.cut, members, startedAtMs: world.nowMs };
  const store = { batches: [...region.database.batches, batch] };
  const written = answered(writeStep(world, region, stepOf(input, fixed.cut), { store }));
  if (written.outcome === 'fenced') return written;
  world.setting.notice(world, { kind: 'batch begun', region, batch, before, hosts, absentAfterMs });
  return { ...written, members };
}

const stepOf = ({ attempt, generation, batch }: AdvanceInput, cut: Position): AdvanceStep => ({
  kind: 'advance',
  id: `advance:${batch}`,
  attempt,
  generation,
  cut,
});
