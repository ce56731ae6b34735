import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { DeliveredMerge, KnownRelease, RunEvidence } from '../evidence/evidence.ts';
import { gatherEvidence } from '../evidence/gather.ts';
import { readDeployments, readReleases } from '../evidence/read-centre.ts';
import { releaseAfter } from '../evidence/release-after.ts';
import { watchRun } from '../evidence/watch.ts';
import { brokenPromises, type BrokenPromise } from '../promises/broken-promises.ts';
import { fateOfMerge } from '../promises/one-deployment-a-merge.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { startCourse, type Course } from './course.ts';
import { describeStuck, type StuckRun } from './describe-stuck.ts';
import type { Killed } from './killer.ts';
import type { Sights } from './moments.ts';
import { until } from './patience.ts';
import type { TakenBackAnswer } from './people.ts';
import type { RunSettings } from './run-settings.ts';
import { untilOver, type Awaited } from './until-over.ts';

export interface RunResult {
  readonly merged: 'lost' | 'doubled' | 'deployed';
  /** Of each deployment of the run, in order. */
  readonly outcomes: readonly (DeploymentOutcome | null)[];
  readonly takenBack: TakenBackAnswer | null;
  /** How often a person let a held deployment go on. */
  readonly resumed: number;
  readonly killed: readonly Killed[];
  /** From the delivery until nothing was open and every host ran what it must. */
  readonly durationMs: number;
  /** Of it, after the last kill; `null` when nothing was killed. */
  readonly recoveryMs: number | null;
  readonly broken: readonly BrokenPromise[];
  /** What all hosts run now. */
  readonly after: KnownRelease;
}

/** A run that was not over in time. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
  readonly run: StuckRun;
  readonly killed: readonly Killed[];

  constructor(run: StuckRun, killed: readonly Killed[]) {
    super(`stuck: ${run.missing}`);
    this.run = run;
    this.killed = killed;
  }
}

/** How long what was killed last may take to be back, when the run is over and is read out. */
const readOutMs = 60_000;

/**
 * One run: merges, lets happen what the scenario says, waits until all is over by itself, and judges what was seen.
 * `before` is what all hosts run; `name` stands in the release's greeting, so that no two runs merge the same content.
 * @throws StuckError
 */
export async function runScenario(
  settings: RunSettings,
  scenario: Scenario,
  { before, name }: { readonly before: KnownRelease; readonly name: string },
): Promise<RunResult> {
  const { stack, databases, service } = settings;
  const watch = watchRun(stack, databases, service);
  const played = await watched(watch, () => playOut(settings, scenario, { before, name, watch }));
  const seen = await until('what was left behind', readOutMs, async () =>
    gatherEvidence({ ...settings, ...played, before, watch }),
  );
  return resultOf(scenario, played, seen);
}

/** Nothing is killed, and nobody takes anything back. */
export const undisturbed: Scenario = { kind: 'good', deliveries: 1, kills: [], takenBack: null };

/** Deploys the first release ever, undisturbed: what the first run goes back to. @throws StuckError */
export async function deployFirst(settings: RunSettings): Promise<KnownRelease> {
  const unseen = { journals: { entries: [] }, rows: { open: [] } };
  await playOut(settings, undisturbed, { before: null, name: 'first', watch: unseen });
  const first = await releaseNow(settings);
  if (first === null) throw new Error('the first deployment, which nothing disturbed, did not succeed');
  return first;
}

/** What all hosts run, when nothing is open; `null` when nothing was ever deployed. */
export const releaseNow = async ({ databases, service }: RunSettings): Promise<KnownRelease | null> =>
  releaseAfter(null, await readDeployments(databases, service), await readReleases(databases, service));

interface Played {
  readonly earlier: number;
  readonly merge: DeliveredMerge;
  readonly course: Course;
  readonly durationMs: number;
}

interface PlayOptions {
  readonly before: KnownRelease | null;
  readonly name: string;
  readonly watch: Sights;
}

async function playOut(settings: RunSettings, scenario: Scenario, options: PlayOptions): Promise<Played> {
  const begun = await begin(settings, scenario, options);
  const { course, earlier, commit } = begun;
  await untilOverOrStuck(begun);
  const durationMs = Date.now() - course.startedAtMs;
  const accepted = await course.end();
  await untilOverOrStuck(begun); // what was begun at the last moment
  return { earlier, merge: { commit, accepted }, course, durationMs };
}

/** Merges, and starts what the scenario says. What is answered can be waited for by `untilOver`. */
export async function begin(settings: RunSettings, scenario: Scenario, options: PlayOptions): Promise<Awaited> {
  const { databases, service, people, repository } = settings;
  const { before, name, watch } = options;
  await people.unlock();
  const earlier = await until(
    'the deployments so far',
    readOutMs,
    async () => (await readDeployments(databases, service)).length,
  );
  const health = scenario.kind === 'bad' ? 500 : 200;
  const merge = await repository.merge(`Run ${name}`, { greeting: `hello ${name}`, health });
  const course = startCourse(settings, scenario, merge, watch);
  return { ...settings, before, earlier, commit: merge.after, course };
}

async function untilOverOrStuck(run: Awaited): Promise<void> {
  const missing = await untilOver(run);
  if (missing === null) return;
  const stuck = new StuckError(await describeStuck(run, missing), run.course.killed);
  await run.course.end().catch(() => undefined);
  throw stuck;
}

async function resultOf(scenario: Scenario, { course, durationMs }: Played, seen: RunEvidence): Promise<RunResult> {
  const takenBack = course.takenBack();
  const lastKillMs = course.killed.at(-1)?.atMs;
  return {
    merged: fateOfMerge(seen),
    outcomes: seen.deployments.map(({ outcome }) => outcome),
    takenBack: takenBack === 'asked' ? null : takenBack,
    resumed: course.resumed(),
    killed: course.killed,
    durationMs,
    recoveryMs: lastKillMs === undefined ? null : Math.max(0, course.startedAtMs + durationMs - lastKillMs),
    broken: await brokenPromises(scenario.kind, seen),
    after: seen.after,
  };
}

async function watched<Answer>(
  watch: Pick<ReturnType<typeof watchRun>, 'close'>,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act();
  } finally {
    await watch.close();
  }
}
