import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { isDigest, type Digest, type RegionName, type ServiceName } from '../../domain/names.ts';
import type { DeployAnswer } from '../../protocol/api/deployment.ts';
import { problemCode, problemOf, type ProblemCode } from '../../protocol/api/problems.ts';
import type { Release } from '../../protocol/api/release.ts';
import type { Service } from '../../protocol/api/service.ts';
import { printAccepted } from '../accepted.ts';
import { yesFlag } from '../dialog.ts';
import { ApiProblemError } from '../api-client.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { regionList } from '../region-list.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { toItsEnd, watchDeployment } from '../watch/watch-deployment.ts';
import type { CarryOut } from './command.ts';
import { reasonFlag } from './deployment-verbs.ts';
import { hotfix, type HotfixFlags } from './hotfix.ts';
import { openDeployment, requirePlan } from './open-deployment.ts';
import { whenItStarts } from './when-it-starts.ts';

interface DeployFlags extends SharedFlags, HotfixFlags {
  readonly hotfix?: true;
  readonly queue?: boolean;
  readonly rollForward?: true;
  readonly plan?: string;
  readonly regions?: string;
}

/** What is asked for, beside the release. */
interface Wish {
  readonly kind: 'rollout' | 'roll-forward';
  readonly queue: boolean;
  readonly althoughReverted?: true;
  readonly plan?: Digest;
  readonly regions?: RegionName[];
  readonly reason?: string;
}

export function addDeployCommand(program: Command, carryOut: CarryOut): void {
  reasonFlag(yesFlag(withSharedFlags(program.command('deploy <object>'))))
    .description('bring checkout@412, the newest release of checkout, or checkout@current, which runs, to its regions')
    .option('--regions <names>', 'only to these of its regions: eu-west,us-east')
    .option('--plan <digest>', 'only if what `slipway plan` showed is still the plan')
    .option('--roll-forward', 'as the way out of a bad release, instead of an undo')
    .option('--although-reverted', 'also if it brings a commit that a later merge takes back')
    .option('--hotfix', 'before all that waits, and what is active makes way; needs --reason')
    .option('--undo', 'with --hotfix: what is active is undone (as usual)')
    .option('--hold', 'with --hotfix: what is active leaves hosts where they are')
    .option('--watch', 'follow it to its end')
    .option('--queue', 'wait behind a lock instead of being refused')
    .action((object: string, flags: DeployFlags) => carryOut(flags, (session) => deploy(session, object, flags)));
}

async function deploy(session: Session, text: string, flags: DeployFlags): Promise<number | void> {
  const object = await releaseOrService(session, text);
  const wish = wishOf(flags);
  if (flags.hotfix) {
    const first = await hotfixed(session, object, flags);
    const name = `${first.service}@${first.release}`;
    return hotfix(session, first, flags).catch((error: unknown) => {
      throw withWayOut(error, { service: first.service, insist: `slipway deploy ${name} --hotfix --reason …` });
    });
  }
  if (flags.hold || flags.undo) throw new UsageError('--hold and --undo go with --hotfix');
  const { client, output, interrupted: signal } = session;
  const { person } = await session.introduce();
  const { service } = object;
  const release =
    object.kind === 'release' ? await findRelease(session, object) : await newestRelease(session, service);
  const shown = await client.call('showService', { path: { service }, signal });
  const { kind, regions } = wish;
  const open = openDeployment(shown, { release: release.number, kind, regions });
  // The api holds only what is new to the plan that was shown.
  if (open !== null && wish.plan !== undefined) await requirePlan(session, release, wish.plan);
  const answer =
    open?.answer ??
    (await callInsistently(client, 'deploy', {
      path: { service },
      body: { release: release.number, ...wish },
      idempotencyKey: keyOf(person, shown, release, wish),
      signal,
    }).catch((error: unknown) => {
      throw withWayOut(error, { service, insist: `slipway deploy ${release.release}` });
    }));
  const underWay = open?.underWay ?? null;
  printAnswer(output, release, answer, {
    inEffect: underWay === null ? whenItStarts(answer, shown.lane) : `now: it is under way, ${underWay}`,
    isWatched: flags.watch === true,
  });
  if (flags.watch) return watchDeployment(session, { service, number: answer.number }, toItsEnd);
}

/** It need not be built yet: a merge that waits may go first. @throws UsageError for flags that mean nothing to it */
async function hotfixed(session: Session, object: DeployObject, { queue, plan, rollForward, regions }: DeployFlags) {
  if (queue || plan !== undefined || rollForward || regions !== undefined)
    throw new UsageError('--hotfix goes first, and everywhere: without --queue, --plan, --roll-forward and --regions');
  if (object.kind === 'release') return object;
  return { service: object.service, release: (await newestRelease(session, object.service)).number };
}

/** `checkout@current` is what runs there now. @throws ApiProblemError `release-not-found` */
export async function releaseOrService({ client, interrupted: signal }: Session, text: string): Promise<DeployObject> {
  const [name, release] = text.split('@');
  if (release !== 'current' || name === undefined) return objectArgument(text, 'release', 'service');
  const { service } = objectArgument(name, 'service');
  const { currentRelease } = await client.call('showService', { path: { service }, signal });
  if (currentRelease !== null) return { kind: 'release', service, release: currentRelease };
  throw new ApiProblemError(problemOf('release-not-found', { detail: `${service} runs nothing yet` }));
}

type DeployObject = ReturnType<typeof objectArgument<'release' | 'service'>>;

function wishOf({ plan, reason, queue = false, rollForward, althoughReverted, regions: named }: DeployFlags): Wish {
  const regions = regionList(named);
  if (plan !== undefined && !isDigest(plan))
    throw new UsageError('--plan should be the digest that `slipway plan` printed: sha256: and 64 hex digits');
  return {
    kind: rollForward ? 'roll-forward' : 'rollout',
    queue,
    ...(althoughReverted && { althoughReverted }),
    ...(plan !== undefined && { plan }),
    ...(regions !== undefined && { regions }),
    ...(reason !== undefined && { reason }),
  };
}

/** The api says who holds the lane, or what takes the release back; which commands help is known here. */
function withWayOut(
  error: unknown,
  { service, insist }: { readonly service: string; readonly insist: string },
): unknown {
  const next: Partial<Record<ProblemCode, string>> = {
    'lane-locked': `Wait until it is open: ${insist} --queue    Open it: slipway unlock ${service} --reason …`,
    frozen: `See who, and until when: slipway fleet    Wait until it is over: ${insist} --queue    In an emergency, as a release-owner: ${insist} --hotfix --reason …`,
    'release-reverted': `See the others: slipway list releases --service ${service}    All the same: ${insist} --although-reverted`,
  };
  const code = error instanceof ApiProblemError ? problemCode(error.problem) : null;
  const way = code === null ? undefined : next[code];
  if (!(error instanceof ApiProblemError) || way === undefined) return error;
  return new ApiProblemError({ ...error.problem, next: way });
}

interface Printing {
  readonly inEffect: string;
  readonly isWatched: boolean;
}

function printAnswer(
  output: Session['output'],
  { release }: Release,
  answer: DeployAnswer,
  { inEffect: when, isWatched }: Printing,
): void {
  const { deployment, repeated, superseded } = answer;
  if (output.isJson && isWatched) {
    output.event({ type: 'accepted', at: new Date().toISOString(), ...answer, inEffect: when });
    return;
  }
  const accepted = `${deployment}: ${release}${repeated ? ', asked for before' : ''}`;
  const next = `slipway watch ${deployment}`;
  printAccepted(output, 'deploy', { accepted, superseded, inEffect: when, next }, answer);
}

const findRelease = (
  { client, interrupted: signal }: Session,
  { service, release }: { readonly service: ServiceName; readonly release: number },
): Promise<Release> => client.call('showRelease', { path: { service, release }, signal });

async function newestRelease({ client, interrupted: signal }: Session, service: ServiceName): Promise<Release> {
  const { items } = await client.call('listReleases', { path: { service }, query: { limit: 50 }, signal });
  const ready = items.find(({ state }) => state === 'ready' || state === 'admitted');
  if (ready !== undefined) return ready;
  throw new ApiProblemError(problemOf('release-not-found', { detail: `no release of ${service} is ready` }));
}

/**
 * Two of the same command at once are one request. Given again it is a new one when something was deployed since, or when
 * what it may have been refused for is different: the lock, the release's state, whether it is willing to wait, the plan.
 */
function keyOf(
  person: string,
  { service, deployments, lane }: Service,
  { number, state }: Release,
  { kind, queue, plan, althoughReverted, regions }: Wish,
): string {
  const last = deployments[0]?.number ?? 0;
  const meaning = [
    kind,
    person,
    service,
    number,
    state,
    last,
    lane.lock?.since ?? null,
    queue,
    plan ?? null,
    ...(althoughReverted ? ['although reverted'] : []),
    ...(regions === undefined ? [] : [regions.toSorted()]),
  ];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}
