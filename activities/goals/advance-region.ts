import { compareAttempts } from '../../domain/goal/attempt.ts';
import { fixBatch } from '../../domain/goal/batch.ts';
import { lowestPosition } from '../../domain/goal/batch-order.ts';
import type { AdvanceStep, GoalRow } from '../../domain/goal/goal.ts';
import { judgeNextBatch } from '../../domain/goal/judge.ts';
import { mayRunBefore, type RegionView, type Verdict } from '../../domain/goal/region-view.ts';
import { awaitsFirstReports } from '../../domain/goal/report-interval.ts';
import type { Position } from '../../domain/names.ts';
import type { AdvanceRegionInput, AdvanceRegionResult, BatchFixed, Ruling } from './contract.ts';
import type { GoalTransaction, StartedBatch } from './goal-store.ts';
import { hostList } from './host-list.ts';
import { rulingOf } from './ruling.ts';
import { watch } from './watch.ts';
import { answered, decide, fencedBy, refuseOtherRegion, writeStep } from './write-step.ts';
import type { GoalParts } from './write-step.ts';

/** Fixes who the batch is, and lets its hosts run `next`: one write. */
export async function advanceRegion(parts: GoalParts, input: AdvanceRegionInput): Promise<AdvanceRegionResult> {
  refuseOtherRegion(parts, input);
  const startedAt = performance.now();
  return watch(parts.reports, input.service, () =>
    parts.store.transact(input.service, (transaction) =>
      advance(parts, transaction, { ...input, elapsedMs: performance.now() - startedAt }),
    ),
  );
}

/** For how long this attempt has asked already. */
type Asked = AdvanceRegionInput & { readonly elapsedMs: number };

/** `null`: hosts have not had the time yet to be called absent. */
async function advance(
  parts: GoalParts,
  transaction: GoalTransaction,
  input: Asked,
): Promise<AdvanceRegionResult | null> {
  const cut = transaction.stored?.row.cut ?? null;
  // Asked before the hosts are read, with a cut that changes nothing: most repeats and late copies end here.
  const asked = decide(parts, transaction, advanceStep(input, cut ?? lowestPosition), {});
  if (asked.outcome === 'fenced') return fencedBy(asked.row, asked.reason);
  const batches = await transaction.readBatches(input.attempt.deployment);
  if (asked.outcome === 'repeat')
    return { outcome: 'written', answer: asked.answer, batch: batchFixed(input, batches) };
  const known = batches.find((one) => compareAttempts(one.attempt, input.attempt) === 0 && one.number === input.batch);
  const row = { ...asked.row, cut };
  if (known === undefined) return beginBatch(parts, transaction, input, row, batches);
  if (!(await haveAllLeft(transaction, known, row))) return allowAgain(parts, transaction, input, known, batches);
  const others = batches.filter((one) => one !== known);
  return beginBatch(parts, transaction, input, row, others);
}

/** Then nobody could ever show that it is good, however often a person lets it go on: others stand in for them. */
async function haveAllLeft(
  transaction: GoalTransaction,
  { attempt: { deployment }, members }: StartedBatch,
  { base, next }: GoalRow,
): Promise<boolean> {
  if (members.hosts.length === 0) return false;
  const hosts = await transaction.readHosts({ service: transaction.service, deployment, base, next });
  return !hosts.some(({ host }) => members.hosts.includes(host));
}

/**
 * After a hold that was resumed, or a generation that was raised. Who belongs to the batch was decided when it began, as long as one of them is here;
 * its hosts have their time from now on.
 */
async function allowAgain(
  parts: GoalParts,
  transaction: GoalTransaction,
  input: AdvanceRegionInput,
  { attempt, number, cut, members }: StartedBatch,
  batches: readonly StartedBatch[],
): Promise<AdvanceRegionResult> {
  const { absentAfterMs } = input;
  const written = answered(await writeStep(parts, transaction, advanceStep(input, cut), { absentAfterMs }));
  if (written.outcome === 'fenced') return written;
  await transaction.storeBatch({ attempt, number, cut, members });
  return { ...written, batch: batchFixed(input, batches) };
}

async function beginBatch(
  parts: GoalParts,
  transaction: GoalTransaction,
  input: Asked,
  row: GoalRow,
  before: readonly StartedBatch[],
): Promise<AdvanceRegionResult | null> {
  const { service, attempt, absentAfterMs, share, batch: number } = input;
  const { base, next, cut, canaries, laterCanaries = [] } = row;
  const hosts = await transaction.readHosts({ service, deployment: attempt.deployment, base, next });
  const begunAgoMs = transaction.stored?.begunAgoMs ?? 0;
  if (awaitsFirstReports(hosts, { absentAfterMs, begunAgoMs })) return null;
  const known = { runsBefore: mayRunBefore(row), cut, canaries, hosts };
  const verdict = next === null ? null : await judgeBefore(parts, input, { next, ...known }, before);
  if (verdict !== null) return verdict.verdict === 'wait' ? null : refusalOf(verdict);
  const fixed = fixBatch(hosts, { share, absentAfterMs, cut, canaries, laterCanaries });
  if (fixed.outcome === 'waiting') return fixed;
  const step = { ...advanceStep(input, fixed.cut), canaries: fixed.canaries };
  const written = answered(await writeStep(parts, transaction, step, { absentAfterMs }));
  if (written.outcome === 'fenced') return written;
  const { hosts: brought, absent, pinned, maintenance } = fixed;
  const batch = { attempt, number, cut: fixed.cut, members: { hosts: brought, absent, pinned, maintenance } };
  await transaction.storeBatch(batch);
  return { ...written, batch: batchFixed(input, [...before, { ...batch, startedAgoMs: 0 }]) };
}

type Known = Pick<RegionView, 'next' | 'runsBefore' | 'cut' | 'canaries' | 'hosts'>;

/** What has failed since somebody last looked. Other services are only counted where that is too much. */
async function judgeBefore(
  { reports }: GoalParts,
  { service, attempt, budget, absentAfterMs, elapsedMs }: Asked,
  known: Known,
  batches: readonly StartedBatch[],
): Promise<Verdict | null> {
  if (budget === undefined) return null;
  // Nobody has listened: silence isn't failure yet.
  const since = { elapsedMs, listeningMs: 0 };
  const ordered = batches.flatMap(({ members }) => members.hosts);
  const begun = batches.map(({ number }) => number);
  const view = { ...known, ...since, attempt, budget, absentAfterMs, ordered, begun, otherServices: noServices };
  if (judgeNextBatch(view) === null) return null;
  const otherServices = await reports.countOtherServices({ service, elapsedMs: 0, absentAfterMs });
  return judgeNextBatch({ ...view, otherServices });
}

const noServices = { healthy: 0, unhealthy: 0 };

const refusalOf = (verdict: Verdict): Ruling => ({
  ...rulingOf(verdict),
  outcome: verdict.verdict === 'hold' ? 'hold' : 'stop',
});

const advanceStep = ({ attempt, generation, batch }: AdvanceRegionInput, cut: Position): AdvanceStep => ({
  kind: 'advance',
  id: `advance:${batch}`,
  attempt,
  generation,
  cut,
});

/** The same for the batch's first answer and for each repeat of it. */
function batchFixed({ attempt, batch }: AdvanceRegionInput, batches: readonly StartedBatch[]): BatchFixed {
  const upTo = batches.filter((one) => compareAttempts(one.attempt, attempt) < 0 || one.number <= batch);
  const members = upTo.at(-1)?.members ?? { hosts: [], absent: [], pinned: [], maintenance: [] };
  return {
    hosts: members.hosts.length,
    cumulative: new Set(upTo.flatMap((one) => one.members.hosts)).size,
    absent: hostList(members.absent),
    pinned: hostList(members.pinned),
    maintenance: hostList(members.maintenance),
  };
}
