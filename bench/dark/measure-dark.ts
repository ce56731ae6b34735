import path from 'node:path';
import { regionName, type RegionName } from '../../domain/names.ts';
import { hostsOf } from '../../infra/local/programs.ts';
import { Deployment, ObligationRow } from '../../infra/postgres/central/entities.ts';
import { regionRolloutWorkflowId } from '../../workflows/messages/region.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import { activitiesOf, activityNamed } from '../history/activities.ts';
import { readHistory } from '../history/read-history.ts';
import { addService } from '../service/add-service.ts';
import { deliverAndFind } from '../service/deploy-merge.ts';
import { untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import { readHostJournal } from '../stack/host-journal.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { untilBaking } from '../stop/measure-abort.ts';
import { hostReturn } from '../undo/host-return.ts';
import { darken } from './dark-region.ts';

/** An undo while one region does not answer. In ms since the abort was answered, but for the last two. */
export interface DarkFigures {
  readonly dark: string;
  readonly outcome: string | null;
  readonly pending: readonly string[];
  /** The hosts of all other regions run the release before, healthy. */
  readonly othersBackMs: number;
  /** Its end was recorded: from here on the lane is free. */
  readonly endedMs: number;
  /** The next deployment, which waited in the lane, has begun in the other regions; and is live there. */
  readonly nextBegunMs: number;
  readonly nextGreenMs: number;
  readonly nextOutcome: string | null;
  /** Since the region answers again: its hosts run the release before, healthy; nothing is owed. */
  readonly darkBackMs: number;
  readonly settledMs: number;
}

export interface DarkSettings {
  /** As in slipway.yaml. */
  readonly undoDeadline: string;
}

const longestMs = 5 * 60_000;

/**
 * A good release runs in all regions; the next one bakes in all of them when one goes dark, and a person aborts it. A merge
 * to the other regions waits behind it.
 */
export async function measureDark(
  { signal, say }: Bench,
  stack: BenchStack,
  { undoDeadline }: DarkSettings,
): Promise<DarkFigures> {
  const { shape } = stack;
  const [dark, ...others] = shape.regions.toReversed().map(regionName);
  const spec: BenchService = {
    service: 'dark',
    regions: shape.regions,
    batches: ['50%', '100%'],
    approve: false,
    undoDeadline,
    lockAfter: false,
  };
  const { git, repository, merge } = await addService(stack, spec, path.join(shape.data.root, 'repository'));
  const deploy = async (files: Readonly<Record<string, string>>): Promise<DeploymentRef> => {
    const next = await git.commit('Change', files);
    return deliverAndFind(stack, { repository, merge: next }, signal);
  };
  await untilEnded(stack, await deliverAndFind(stack, { repository, merge }, signal), signal);
  const undone = await deploy({ ...serviceFiles({ ...spec, bake: '30m' }), 'NOTES.md': 'second' });
  await untilBaking(stack, undone, signal);
  say(`  ${dark} goes dark`);
  const lighten = darken(stack, dark!);
  const before = await beforeItIsBack(stack, undone, others, signal, () =>
    deploy({ ...serviceFiles({ ...spec, regions: others }), 'NOTES.md': 'third' }),
  ).finally(lighten);
  say(`  ${dark} is back`);
  const lightAgainAtMs = Date.now();
  const darkBackAtMs = await untilBack(stack, undone, [dark!], signal);
  const settledAtMs = await untilSettled(stack, signal);
  return {
    dark: dark!,
    ...before,
    darkBackMs: darkBackAtMs - lightAgainAtMs,
    settledMs: settledAtMs - lightAgainAtMs,
  };
}

async function beforeItIsBack(
  stack: BenchStack,
  undone: DeploymentRef,
  others: readonly RegionName[],
  signal: AbortSignal,
  deployNext: () => Promise<DeploymentRef>,
): Promise<Omit<DarkFigures, 'dark' | 'darkBackMs' | 'settledMs'>> {
  const path = { service: undone.service, deployment: undone.deployment };
  await stack.releaseOwner.call('abort', { path, body: { reason: 'measured' } });
  const answeredAtMs = Date.now();
  const next = await deployNext();
  const othersBackAtMs = await untilBack(stack, undone, others, signal);
  const end = await untilEnded(stack, undone, signal);
  const nextEnd = await untilEnded(stack, next, signal);
  return {
    outcome: end.outcome ?? null,
    pending: end.pending,
    othersBackMs: othersBackAtMs - answeredAtMs,
    endedMs: (end.endedAt?.getTime() ?? Number.NaN) - answeredAtMs,
    nextBegunMs: Math.max(...(await begunAtMs(stack, next, others))) - answeredAtMs,
    nextGreenMs: (nextEnd.endedAt?.getTime() ?? Number.NaN) - answeredAtMs,
    nextOutcome: nextEnd.outcome ?? null,
  };
}

/** When every host of these regions that had switched runs, healthy, what it ran before. */
const untilBack = (
  { shape }: BenchStack,
  { deployment }: DeploymentRef,
  regions: readonly string[],
  signal: AbortSignal,
): Promise<number> =>
  until(`hosts of ${regions.join(', ')} to be back`, { limitMs: longestMs, signal }, async () => {
    const hosts = hostsOf(shape).filter(({ region }) => regions.includes(region));
    const back = hosts.map(({ host }) => hostReturn(readHostJournal(shape, host), deployment)?.backMs ?? null);
    const known = back.filter((atMs) => atMs !== null);
    return known.length === hosts.length ? Math.max(...known) : undefined;
  });

const begunAtMs = (stack: BenchStack, { service, deployment }: DeploymentRef, regions: readonly RegionName[]) =>
  Promise.all(
    regions.map(async (region) => {
      const history = await readHistory(stack.temporal, regionRolloutWorkflowId(service, deployment, region));
      return activityNamed(activitiesOf(history), 'beginRegion').completedMs;
    }),
  );

/** When nothing is owed any more, and everything has ended. */
const untilSettled = ({ central }: BenchStack, signal: AbortSignal): Promise<number> =>
  until('the obligation to be met', { limitMs: longestMs, signal }, async () => {
    const em = central.em.fork();
    const owed = (await em.count(ObligationRow, {})) + (await em.count(Deployment, { outcome: null }));
    return owed === 0 ? Date.now() : undefined;
  });
