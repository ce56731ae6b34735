import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../../frame/until.ts';
import { makeGitRepository } from '../../service/git-repository.ts';
import { deliverAndFind } from '../../service/deploy-merge.ts';
import type { DeploymentRef } from '../../service/follow-deployment.ts';
import { runText, type FleetRun } from '../scenario/scenario.ts';
import { isRight, judgeRun, owesForLong } from '../verdict/judge-run.ts';
import type { RunEnd } from '../verdict/run-end.ts';
import { hostsAtEnd } from './look-at-hosts.ts';
import { lookAtRows, owes, switchesIn } from './look-at-rows.ts';
import { attend } from './person.ts';
import { firstFiles, secondFiles } from './run-files.ts';
import { areQuiet, haveReported, startHosts, type RunningHosts, type Slot } from './slot.ts';

/** How one run came out. */
export interface RunResult {
  readonly number: number;
  readonly seed: number;
  readonly scenario: string;
  /** A sentence for each thing that is wrong; empty when the run came out right. */
  readonly faults: readonly string[];
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly held: boolean;
  readonly touched: number;
  readonly returned: number;
  /** Of the hosts that came back after its end: until they had the right release. */
  readonly slowestReturnMs: number | null;
  readonly tookMs: number;
  /** Of the second deployment, from its merge to its end; and from there until all hosts were right. */
  readonly deploymentMs: number;
  readonly settledMs: number;
}

const startsWithinMs = 60_000;
/** What is promised of hosts that come back, and what a machine under load needs to look. */
const settlesWithinMs = 70_000;

/** Lets one run happen, from its hosts' start to its verdict. */
export async function runFleet(slot: Slot, run: FleetRun, signal: AbortSignal): Promise<RunResult> {
  const startedAt = performance.now();
  await until('quiet', { limitMs: startsWithinMs, signal, everyMs: 200 }, () => areQuiet(slot));
  const hosts = await startHosts(slot, run);
  try {
    const { end, deploymentMs, settledMs } = await deployTwice(slot, run, hosts, signal);
    const { outcome, reason, held } = end;
    return {
      number: run.number,
      seed: run.seed,
      scenario: runText(run),
      faults: judgeRun(run, end),
      outcome,
      reason,
      held,
      touched: end.hosts.filter(({ touched }) => touched).length,
      returned: end.hosts.filter(({ returnedAtMs }) => returnedAtMs !== null).length,
      slowestReturnMs: slowestReturn(end),
      deploymentMs,
      settledMs,
      tookMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    await hosts.process.stop();
  }
}

async function deployTwice(
  slot: Slot,
  run: FleetRun,
  hosts: RunningHosts,
  signal: AbortSignal,
): Promise<{ readonly end: RunEnd } & Pick<RunResult, 'deploymentMs' | 'settledMs'>> {
  const { stack, region } = slot;
  const { service } = run;
  const git = await makeGitRepository(path.join(stack.shape.data.root, `repository-${service}`));
  const repository = `acme/${service}`;
  const body = { repository, cloneUrl: git.cloneUrl, branch: 'main', owners: ['lin'] };
  const patience = { limitMs: startsWithinMs, signal, everyMs: 500 };
  await until(`hosts of ${service}`, patience, () => haveReported(slot, run));
  // A stack that has just begun, on a machine that is busy, is not always there at once.
  await until(`the service ${service}`, patience, () =>
    stack.releaseOwner.call('putService', { path: { service }, body }).catch(() => undefined),
  );
  const deploy = async (subject: string, files: Readonly<Record<string, string>>): Promise<DeploymentRef> =>
    deliverAndFind(stack, { repository, merge: await git.commit(subject, files) }, signal);
  const { row: first } = await attend(slot, await deploy('First', firstFiles(run, region)), null, signal);
  if (first.outcome !== 'succeeded') throw new Error(`the first release ended ${first.outcome}: ${first.reason}`);
  const second = await deploy('Second', secondFiles(run, region));
  const { row, ...attended } = await attend(slot, second, run.act, signal);
  writeFileSync(hosts.endFile, '');
  const endedAtMs = row.endedAt!.getTime();
  const ended = { outcome: row.outcome ?? null, reason: row.reason ?? null, pending: row.pending, endedAtMs };
  const settled = await untilSettled(slot, run, hosts, { ...ended, ...attended }, signal);
  const end = { ...ended, ...attended, ...settled, ...(await lookAtRows(slot, second)) };
  return { end, deploymentMs: endedAtMs - row.openedAt.getTime(), settledMs: Date.now() - endedAtMs };
}

/** Until every host is where it belongs and nothing is owed, or as long as that may take. */
async function untilSettled(
  slot: Slot,
  run: FleetRun,
  hosts: RunningHosts,
  ended: Pick<RunEnd, 'outcome' | 'act'>,
  signal: AbortSignal,
): Promise<Pick<RunEnd, 'hosts'>> {
  const look = async (): Promise<true | undefined> =>
    hostsAtEnd(run, hosts.logFile).every((seen, at) => isRight(run.hosts[at]!, seen, run, ended)) &&
    (owesForLong(run) || !(await owes(slot, run)))
      ? true
      : undefined;
  await until('hosts to be right', { limitMs: settlesWithinMs, signal, everyMs: 1_000 }, look).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      return error; // the verdict names what is not right
    },
  );
  const switches = await switchesIn(slot, run);
  const seen = hostsAtEnd(run, hosts.logFile);
  return { hosts: seen.map((host) => ({ ...host, switches: switches.get(host.host) ?? null })) };
}

const slowestReturn = ({ hosts, endedAtMs }: RunEnd): number | null =>
  hosts.reduce<number | null>((slowest, { returnedAtMs, sinceMs, isAway }) => {
    if (returnedAtMs === null || isAway || returnedAtMs < endedAtMs) return slowest;
    return Math.max(slowest ?? 0, sinceMs - returnedAtMs);
  }, null);
