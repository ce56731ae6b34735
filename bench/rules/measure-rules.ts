import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { hostId, serviceName } from '../../domain/names.ts';
import { judgedHosts, type JudgedHosts, type JudgeRule } from '../../domain/plan/judge-rules.ts';
import type { MissingHosts } from '../../domain/progress/missing-hosts.ts';
import { HostRecord, HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import { waysOf, type HostWay } from '../mixed/host-way.ts';
import { addService } from '../service/add-service.ts';
import { deliverAndFind, deployGood } from '../service/deploy-merge.ts';
import { untilEnded } from '../service/follow-deployment.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { oddProgram, type OddProgram } from './odd-program.ts';
import { afterCanary, openRegion, pinHost, setMaintenance, silence, type OddHosts } from './odd-hosts.ts';

export interface RulesRun {
  readonly odd: OddHosts;
  /** As the plan prints it. */
  readonly rules: readonly JudgeRule[];
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly missing: MissingHosts;
  /** At the deployment's end. */
  readonly ways: readonly HostWay[];
  /** Of those that were away, once they are there again. */
  readonly returned: { readonly [how in 'absent' | 'in maintenance']: HostWay };
}

const limitMs = 60_000;
const service = serviceName('rules');

/** Of one region's hosts one is odd in each way that the plan has a rule for when the second release comes. */
export async function measureRules({ signal, say }: Bench, stack: BenchStack): Promise<RulesRun> {
  const { regions, data } = stack.shape;
  const [region] = regions;
  const sickFile = path.join(data.root, 'run', 'sick');
  const spec: BenchService = {
    service,
    regions,
    batches: [1, '50%', '100%'],
    approve: false,
    bake: '12s',
    absentAfter: '5s',
    budget: '50%',
    lockAfter: false,
  };
  const { git, repository } = await addService(stack, spec, path.join(data.root, service));
  const commit = (program: OddProgram) =>
    git.commit(program.greeting, { ...serviceFiles(spec), 'server.mjs': oddProgram(program) });
  await deployGood(stack, { repository, merge: await commit({ greeting: 'first', sickFile, flapsOn: null }) }, signal);
  const odd = chosen(await afterCanary(stack, region!, service));
  say(`  ${judgedHosts.map((how) => `${how}: ${odd[how]}`).join(', ')}`);
  writeFileSync(sickFile, `${odd['already unhealthy']}\n`);
  await setMaintenance(stack, region!, odd['in maintenance'], true);
  await pinHost(stack, odd.pinned, service);
  const letGo = silence(stack, odd.absent);
  try {
    await untilKnown(stack, region!, odd, signal);
    const second = await commit({ greeting: 'second', sickFile: null, flapsOn: odd.flapping });
    const ref = await deliverAndFind(stack, { repository, merge: second }, signal);
    const { outcome, reason, regions: progress } = await untilEnded(stack, ref, signal);
    const ways = await waysOf(stack, service);
    say(`  ended ${outcome}: ${reason}`);
    const { judge: rules } = await stack.releaseOwner.call('showPlan', { path: { service }, query: {} });
    letGo();
    await setMaintenance(stack, region!, odd['in maintenance'], false);
    const returned = {
      absent: await untilReturned(stack, odd.absent, signal),
      'in maintenance': await untilReturned(stack, odd['in maintenance'], signal),
    };
    const missing = progress[0]?.missing ?? {};
    return { odd, rules, outcome: outcome ?? null, reason: reason ?? null, missing, ways, returned };
  } finally {
    letGo();
  }
}

const chosen = (hosts: readonly string[]): OddHosts =>
  Object.fromEntries(judgedHosts.map((how, index): [JudgedHosts, string] => [how, hosts[index]!])) as OddHosts;

/** As the region has it by reports: before that the second release would meet hosts that nobody knows to be odd. */
async function untilKnown(stack: BenchStack, region: string, odd: OddHosts, signal: AbortSignal): Promise<void> {
  const database = await openRegion(stack, region);
  try {
    await until('the region to know how its hosts are', { limitMs, signal }, async () => {
      const em = database.em.fork();
      const rows = await em.find(HostServiceRecord, { service });
      const of = (how: JudgedHosts) => rows.find(({ host }) => host === odd[how]);
      const absent = await em.findOneOrFail(HostRecord, hostId(odd.absent));
      const silentMs = Date.now() - (absent.reportedAt?.getTime() ?? 0);
      const known =
        of('pinned')!.pinned &&
        of('already unhealthy')!.health === 'unhealthy' &&
        of('in maintenance')!.running === null &&
        silentMs > 6_000;
      return known ? true : undefined;
    });
  } finally {
    await database.close(true);
  }
}

const untilReturned = (stack: BenchStack, host: string, signal: AbortSignal): Promise<HostWay> =>
  until(`${host} to have caught up`, { limitMs, signal }, async () => {
    const way = (await waysOf(stack, service)).find((each) => each.host === host)!;
    return way.arrived && way.releases.at(-1) === 2 ? way : undefined;
  });
