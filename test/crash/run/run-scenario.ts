import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { KnownRelease, RunEvidence } from '../evidence/evidence.ts';
import { gatherEvidence } from '../evidence/gather.ts';
import { readDeployments, readReleases } from '../evidence/read-centre.ts';
import { releaseAfter } from '../evidence/release-after.ts';
import { watchRun } from '../evidence/watch.ts';
import type { Harmed } from '../harm/carry-out.ts';
import { brokenPromises, type BrokenPromise } from '../promises/broken-promises.ts';
import { fatesOfMerges, type MergeFate } from '../promises/one-deployment-a-merge.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { startCourse, type Course, type Duties } from './course.ts';
import { describeStuck, type StuckRun } from './describe-stuck.ts';
import type { Sights } from './moments.ts';
import { until } from './patience.ts';
import type { Answer } from './people.ts';
import type { RunSettings } from './run-settings.ts';
import { untilOver, type Awaited } from './until-over.ts';

export interface RunResult {
  /** Of each merge, in order. */
  readonly merged: readonly MergeFate[];
  /** Of each deployment of the run, in order. */
  readonly outcomes: readonly (DeploymentOutcome | null)[];
  /** What the api said to what the person did. */
  readonly acted: Answer | null;
  readonly duties: Duties;
  readonly harmed: readonly Harmed[];
  /** From the delivery until nothing was open and every host ran what it must. */
  readonly durationMs: number;
  /** Of it, after the last fault was over; `null` when nothing was harmed. */
  readonly recoveryMs: number | null;
  readonly broken: readonly BrokenPromise[];
  /** By which a broken promise can be looked into; `null` when none is. */
  readonly evidence: Omit<RunEvidence, 'keys'> | null;
  /** What all hosts run now. */
  readonly after: KnownRelease;
}

/** A run that was not over in time. */
export class StuckError extends Error {
  override readonly name = 'StuckError';
  readonly run: StuckRun;
  readonly harmed: readonly Harmed[];

  constructor(run: StuckRun, harmed: readonly Harmed[]) {
    super(`stuck: ${run.missing}`);
    this.run = run;
    this.harmed = harmed;
  }
}

/** How long what was harmed last may take to be back, when the run is over and is read out. */
const readOutMs = 60_000;

export interface RunOptions {
  /** What all hosts run. */
  readonly before: KnownRelease;
  /** Stands in the release's greeting, so that no two runs merge the same content. */
  readonly name: string;
  /** Ends the run where it is. */
  readonly interrupted?: AbortSignal;
}

/**
 * One run: merges, lets happen what the scenario says, waits until all is over by itself, and judges what was seen.
 * @throws StuckError; the reason of `interrupted`
 */
export async function runScenario(settings: RunSettings, scenario: Scenario, options: RunOptions): Promise<RunResult> {
  const { stack, databases, service } = settings;
  const watch = watchRun(stack, databases, service);
  const played = await watched(watch, () => playOut(settings, scenario, { ...options, watch }));
  const { course, earlier } = played;
  const seen = await until('what was left behind', readOutMs, async () =>
    gatherEvidence({ ...settings, ...course, scenario, earlier, before: options.before, watch }),
  );
  return resultOf(played, seen);
}

/** Nothing is harmed, and nobody does anything. */
export const undisturbed: Scenario = { shape: 'rollout', bad: false, deliveries: 1, faults: [], act: null };

/**
 * Deploys the first release ever, undisturbed: what the first run goes back to.
 * @throws StuckError; the reason of `interrupted`
 */
export async function deployFirst(settings: RunSettings, interrupted?: AbortSignal): Promise<KnownRelease> {
  const unseen = { journals: { entries: [] }, rows: { open: [] } };
  const options = { before: null, name: 'first', watch: unseen, ...(interrupted && { interrupted }) };
  await playOut(settings, undisturbed, options);
  const first = await releaseNow(settings);
  if (first === null) throw new Error('the first deployment, which nothing disturbed, did not succeed');
  return first;
}

/** What all hosts run, when nothing is open; `null` when nothing was ever deployed. */
export const releaseNow = async ({ databases, service }: RunSettings): Promise<KnownRelease | null> =>
  releaseAfter(null, await readDeployments(databases, service), await readReleases(databases, service));

interface Played {
  readonly earlier: number;
  readonly course: Course;
  readonly durationMs: number;
}

interface PlayOptions extends Omit<RunOptions, 'before'> {
  readonly before: KnownRelease | null;
  readonly watch: Sights;
}

async function playOut(settings: RunSettings, scenario: Scenario, options: PlayOptions): Promise<Played> {
  const begun = await begin(settings, scenario, options);
  const { course, earlier } = begun;
  try {
    await untilOverOrStuck(begun);
    const durationMs = Date.now() - course.startedAtMs;
    await course.end();
    await untilOverOrStuck(begun); // what was begun at the last moment
    await course.close();
    return { earlier, course, durationMs };
  } finally {
    await course.close().catch(() => undefined); // nothing stays harmed, and nobody goes on
  }
}

/** Merges, and starts what the scenario says. What is answered can be waited for by `untilOver`. */
export async function begin(settings: RunSettings, scenario: Scenario, options: PlayOptions): Promise<Awaited> {
  const { databases, service, people } = settings;
  const { before, name, watch, interrupted } = options;
  await people.unlock();
  const earlier = await until(
    'the deployments so far',
    readOutMs,
    async () => (await readDeployments(databases, service)).length,
  );
  const course = await startCourse(settings, scenario, { name, sights: watch });
  return { ...settings, before, earlier, course, ...(interrupted && { interrupted }) };
}

async function untilOverOrStuck(run: Awaited): Promise<void> {
  const missing = await untilOver(run);
  if (missing === null) return;
  throw new StuckError(await describeStuck(run, missing), run.course.harmed);
}

async function resultOf({ course, durationMs }: Played, seen: RunEvidence): Promise<RunResult> {
  const acted = course.acted();
  const healedAtMs = course.harmed.map(({ healedAtMs: at, atMs }) => at ?? atMs);
  const endedAtMs = course.startedAtMs + durationMs;
  const broken = await brokenPromises(seen);
  const { keys: _keys, ...evidence } = seen;
  return {
    merged: fatesOfMerges(seen),
    outcomes: seen.deployments.map(({ outcome }) => outcome),
    acted: acted === 'asked' ? null : acted,
    duties: { ...course.duties },
    harmed: course.harmed,
    durationMs,
    recoveryMs: healedAtMs.length === 0 ? null : Math.max(0, endedAtMs - Math.max(...healedAtMs)),
    broken,
    evidence: broken.length === 0 ? null : evidence,
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
