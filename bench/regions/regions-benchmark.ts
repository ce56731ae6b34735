import path from 'node:path';
import { sql } from 'kysely';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { readHistories, type FleetFigures } from '../hosts/measure-fleet.ts';
import { addService } from '../service/add-service.ts';
import { deliverAndFind, isCopied } from '../service/deploy-merge.ts';
import { approveWhen, untilEnded } from '../service/follow-deployment.ts';
import { usageByProgram, usedSince, type UsageByProgram } from '../stack/process-usage.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { pageTimes, type PageTimes } from './page-times.ts';
import { startSpokenHosts } from './spoken-hosts.ts';

export interface RegionsOptions extends CommonOptions {
  readonly regions: number;
  /** In each of them. */
  readonly hosts: number;
}

interface RegionsFigures extends Pick<FleetFigures, 'histories' | 'lane'> {
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly approvedToGreenMs: number;
  readonly pages: PageTimes;
  /** Of the central database, that the deployment added, indexes and all; in bytes. */
  readonly centralGrewBytes: number;
  readonly usage: UsageByProgram;
}

const batches = [1, '1%', '10%', '50%', '100%'] as const;

/** What the centre holds of a deployment to all of them, and how soon it answers meanwhile: not a matter of hosts. */
export async function regionsBenchmark(bench: Bench, { regions, hosts }: RegionsOptions): Promise<Measured> {
  const figures = await bench.onStack({ regions, hosts: 0 }, (stack) => measureRegions(bench, stack, hosts));
  show(bench, figures);
  return { ok: figures.outcome === 'succeeded', hosts, ...figures };
}

async function measureRegions({ signal, say }: Bench, stack: BenchStack, hosts: number): Promise<RegionsFigures> {
  const { regions, data } = stack.shape;
  for (const region of regions) {
    say(`speaking for ${hosts} hosts in ${region}`);
    await startSpokenHosts(stack, region, hosts, signal);
  }
  const spec = { service: 'fleet', regions, batches, approve: true, inTurn: true };
  const { repository, merge } = await addService(stack, spec, path.join(data.root, 'repository'));
  const [before, bytesBefore] = [usageByProgram(stack), await centralBytes(stack)];
  const ref = await deliverAndFind(stack, { repository, merge }, signal);
  const approvedAtMs = (await approveWhen(stack, ref, isCopied, signal)) ?? Number.NaN;
  const end = untilEnded(stack, ref, signal);
  const pages = await pageTimes(stack, ref, end);
  const { outcome, reason, endedAt } = await end;
  say(`  ${outcome}: ${reason ?? ''}`);
  return {
    outcome: outcome ?? null,
    reason: reason ?? null,
    approvedToGreenMs: (endedAt?.getTime() ?? Number.NaN) - approvedAtMs,
    ...(await readHistories(stack, ref)),
    pages,
    centralGrewBytes: (await centralBytes(stack)) - bytesBefore,
    usage: usedSince(before, usageByProgram(stack)),
  };
}

async function centralBytes({ central }: BenchStack): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select sum(pg_total_relation_size(relid)) as bytes from pg_stat_user_tables`.execute(central.em.fork().getKysely());
  return Number(rows[0]!.bytes);
}

function show({ say }: Bench, figures: RegionsFigures): void {
  const { outcome, approvedToGreenMs, histories, lane, pages, centralGrewBytes, usage } = figures;
  say(
    `${outcome} ${approvedToGreenMs} ms after it was approved; the central database grew by ${centralGrewBytes} bytes`,
  );
  const sized = Object.entries({ ...histories, lane }).map(([name, { events, bytes }]) => [name, events, bytes]);
  for (const line of tableLines(['history', 'events', 'bytes'], sized)) say(line);
  const asked = Object.entries(pages).map(([what, { count, p50Ms, p99Ms, maxMs, bytes }]) => [
    what,
    count,
    p50Ms,
    p99Ms,
    maxMs,
    bytes,
  ]);
  for (const line of tableLines(['asked', 'times', 'p50, ms', 'p99, ms', 'max, ms', 'bytes'], asked)) say(line);
  const programs = Object.entries(usage).map(([name, { cpuMs, pssBytes }]) => [
    name,
    cpuMs,
    Math.round(pssBytes / 1e6),
  ]);
  for (const line of tableLines(['program', 'CPU, ms', 'PSS, MB'], programs)) say(line);
}
