import { sampleService } from '../../infra/local/demo/demonstration.ts';
import { sampleFiles } from '../../infra/local/demo/sample-files.ts';
import { hostsOf } from '../../infra/local/programs.ts';
import { hostSwitches } from '../deploy/host-switches.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import { acceptedMove, deliverMerge } from '../service/deliver-merge.ts';
import { approveWhen, numberOfMerge, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { makeGitRepository, type GitRepository } from '../service/git-repository.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { readHostJournal } from '../stack/host-journal.ts';
import { hostReturn } from './host-return.ts';
import { partlyBadFiles } from './partly-bad-release.ts';

/** One deployment that was undone; both times since the first host found the release bad. */
export interface UndoRun {
  readonly badHost: string;
  /** They had switched, and run the release before it again, healthy. */
  readonly hostsBack: number;
  /** The last of them did. */
  readonly allBackMs: number;
  /** The end was recorded. */
  readonly endedMs: number;
  readonly outcome: string;
}

/**
 * Deploys a good release, then one that is bad on the host that went last: as many hosts as can be run it, healthy, when
 * it is found bad.
 */
export async function measureUndo(bench: Bench, stack: BenchStack): Promise<UndoRun> {
  const { shape, releaseOwner } = stack;
  const git = await makeGitRepository(shape.data.sample);
  const body = { repository: repositoryName, cloneUrl: git.cloneUrl, branch: 'main', owners: ['lin'] };
  await releaseOwner.call('putService', { path: { service: sampleService }, body });
  const good = await mergeToEnd(bench, stack, git, sampleFiles({ greeting: 'hello', health: 200 }, shape.regions));
  const badHost = lastHost(stack, good);
  const { ref, outcome, endedAtMs } = await mergeToEnd(bench, stack, git, partlyBadFiles(shape.regions, badHost));
  const { hosts, foundBadMs, backMs } = await untilAllBack(bench, stack, ref);
  const undo = { badHost, hostsBack: hosts, allBackMs: backMs - foundBadMs, endedMs: endedAtMs - foundBadMs, outcome };
  bench.say(`  ${hosts} hosts back ${undo.allBackMs} ms after ${badHost} found it bad`);
  return undo;
}

interface Ended {
  readonly ref: DeploymentRef;
  readonly outcome: string;
  readonly endedAtMs: number;
}

const longestMs = 60_000;
const repositoryName = `acme/${sampleService}`;

async function mergeToEnd(
  { signal }: Bench,
  stack: BenchStack,
  git: GitRepository,
  files: Readonly<Record<string, string>>,
): Promise<Ended> {
  const merge = await git.commit('Change the greeting', files);
  const { secrets } = stack.shape;
  const delivered = await deliverMerge({
    api: stack.api,
    repository: repositoryName,
    merge,
    secret: secrets.webhookSecret,
  });
  const ref = await numberOfMerge(stack, acceptedMove(delivered), signal);
  await approveWhen(stack, ref, () => true, signal);
  const { outcome, endedAt } = await untilEnded(stack, ref, signal);
  return { ref, outcome: outcome!, endedAtMs: endedAt!.getTime() };
}

function lastHost({ shape }: BenchStack, { ref, outcome }: Ended): string {
  const last = hostSwitches(shape, ref)
    .toSorted((one, other) => one.healthyMs - other.healthyMs)
    .at(-1);
  if (outcome !== 'succeeded' || last === undefined) throw new Error(`the good release ended ${outcome}`);
  return last.host;
}

/** Of all hosts that switched, when all are back: an undo ends as soon as they run what they ran, healthy or not yet. */
const untilAllBack = ({ signal }: Bench, { shape }: BenchStack, { deployment }: DeploymentRef) =>
  until('every host healthy again', { limitMs: longestMs, signal }, async () => {
    const returns = hostsOf(shape).flatMap(({ host }) => hostReturn(readHostJournal(shape, host), deployment) ?? []);
    const back = returns.flatMap(({ backMs }) => backMs ?? []);
    if (back.length < returns.length) return undefined;
    const foundBad = returns.flatMap(({ foundBadMs }) => foundBadMs ?? []);
    if (foundBad.length === 0) throw new Error('no host found the release bad');
    return { hosts: back.length, foundBadMs: Math.min(...foundBad), backMs: Math.max(...back) };
  });
