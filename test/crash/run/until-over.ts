import { setTimeout as delay } from 'node:timers/promises';
import type { Generation } from '../../../domain/names.ts';
import type { EndedDeployment, KnownRelease, ReportEvidence } from '../evidence/evidence.ts';
import { readDeployments, readOpenMatters, readReleases, type OpenMatters } from '../evidence/read-centre.ts';
import { readHistories, runningOf } from '../evidence/read-histories.ts';
import { readGoal, readReports } from '../evidence/read-region.ts';
import { releaseAfter } from '../evidence/release-after.ts';
import { leftOnTheWay } from '../promises/left-on-the-way.ts';
import type { Course } from './course.ts';
import { endOfChain } from './merges.ts';
import type { RunSettings } from './run-settings.ts';
import { isMixed } from './tend.ts';

export interface Awaited extends RunSettings {
  /** What all hosts ran; `null` when nothing did. */
  readonly before: KnownRelease | null;
  /** Deployments of earlier runs. */
  readonly earlier: number;
  readonly course: Course;
  readonly interrupted?: AbortSignal;
}

/** docs/design.md promises an end once the fault has healed; so long after the last fault it must be there. */
const limitMs = 120_000;
const lookEveryMs = 250;

/**
 * Waits until all is over by itself. Answers what is missing when it isn't in time; `null` when nothing is.
 * @throws the reason of `interrupted`
 */
export async function untilOver(run: Awaited): Promise<string | null> {
  for (;;) {
    run.interrupted?.throwIfAborted();
    const missing = await whatIsMissing(run).catch((error: unknown) => `nothing can be read: ${String(error)}`);
    if (missing === null || Date.now() > lastFaultMs(run.course) + limitMs) return missing;
    await delay(lookEveryMs);
  }
}

const lastFaultMs = ({ harmed, startedAtMs }: Course): number =>
  Math.max(startedAtMs, ...harmed.map(({ healedAtMs }) => healedAtMs ?? Date.now()));

/** What the run still lacks to be over, for people; `null` when nothing is open, owed, or not where it should be. */
async function whatIsMissing(run: Awaited): Promise<string | null> {
  const { databases, service } = run;
  const deployments = (await readDeployments(databases, service)).slice(run.earlier);
  const centre = await readOpenMatters(databases, service);
  return (
    openDeployment(run, deployments) ??
    openCentre(centre) ??
    ((await isMixed(run)) ? 'hosts stay where an abort has left them' : null) ??
    (await strayHost(run, releaseAfter(run.before, deployments, await readReleases(databases, service)))) ??
    (await runningWorkflow(run, deployments))
  );
}

function openDeployment({ course }: Awaited, deployments: readonly EndedDeployment[]): string | null {
  if (!course.quiet()) return course.acted() === 'asked' ? 'the person has no answer' : 'a webhook is not accepted';
  const ends = course.merges.map(({ commit }) => endOfChain(deployments, commit));
  if (ends.includes(undefined)) return 'a merge has become no deployment';
  const open = deployments.find(({ outcome }) => outcome === null);
  if (open !== undefined) return `deployment ${open.number} (${open.kind}) has not ended`;
  const answer = course.acted();
  const follows = answer !== 'asked' && answer?.outcome === 'undoing' && ends[0]?.outcome === 'succeeded';
  const hasFollowed = deployments.some(({ kind }) => kind === 'rollback');
  return follows && !hasFollowed ? 'the rollback that was promised has not been opened' : null;
}

function openCentre({ holder, unfinished, obligations }: OpenMatters): string | null {
  if (holder !== null) return `deployment ${holder} holds the service`;
  if (unfinished > 0) return `${unfinished} rows of the inbox are not finished`;
  return obligations > 0 ? `${obligations} obligations are open` : null;
}

/** An outcome stands before its workflow has closed; soon after, nothing of it may run. */
async function runningWorkflow({ stack, service }: Awaited, deployments: readonly EndedDeployment[]) {
  const [running] = runningOf(await readHistories(stack, service, deployments));
  return running === undefined ? null : `${running} still runs`;
}

/** A host that doesn't run, healthy and by the newest goal, what it should. */
async function strayHost({ stack, databases, service }: Awaited, after: KnownRelease | null): Promise<string | null> {
  for (const region of stack.regions) {
    const { row } = await readGoal(databases, region, service);
    const onTheWay = leftOnTheWay(row);
    if (onTheWay !== null) return onTheWay;
    const base = row.base?.release.number ?? null;
    if (base !== (after?.number ?? null)) return `the base of ${region} is release ${base}, not ${after?.number}`;
    const reports = await readReports(databases, region, service);
    for (const { host } of stack.places.filter((place) => place.region === region)) {
      const stray = whyStray(
        reports.find((report) => report.host === host),
        row.generation,
        after,
      );
      if (stray !== null) return `${host} ${stray}`;
    }
  }
  return null;
}

function whyStray(
  report: ReportEvidence | undefined,
  generation: Generation,
  after: KnownRelease | null,
): string | null {
  if (report === undefined) return 'has never reported';
  if (report.running !== (after?.digest ?? null)) return `reports to run ${report.running}, not ${after?.digest}`;
  if (after !== null && report.health !== 'healthy') return `is ${report.health}`;
  return report.generation === generation ? null : 'has not taken up the newest goal';
}
