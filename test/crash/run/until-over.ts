import { setTimeout as delay } from 'node:timers/promises';
import type { Generation } from '../../../domain/names.ts';
import type { EndedDeployment, KnownRelease, ReportEvidence } from '../evidence/evidence.ts';
import { readDeployments, readOpenMatters, readReleases, type OpenMatters } from '../evidence/read-centre.ts';
import { releaseAfter } from '../evidence/release-after.ts';
import { readGoal, readReports } from '../evidence/read-region.ts';
import type { Course } from './course.ts';
import type { RunSettings } from './run-settings.ts';

export interface Awaited extends RunSettings {
  /** What all hosts ran; `null` when nothing did. */
  readonly before: KnownRelease | null;
  readonly commit: string;
  /** Deployments of earlier runs. */
  readonly earlier: number;
  readonly course: Course;
}

/** docs/design.md promises an end once the fault has healed; so long after the last kill it must be there. */
const limitMs = 120_000;
const lookEveryMs = 250;

/** Waits until all is over by itself. Answers what is missing when it isn't in time; `null` when nothing is. */
export async function untilOver(run: Awaited): Promise<string | null> {
  for (;;) {
    const missing = await whatIsMissing(run).catch((error: unknown) => `nothing can be read: ${String(error)}`);
    const lastFaultMs = run.course.killed.at(-1)?.atMs ?? run.course.startedAtMs;
    if (missing === null || Date.now() > lastFaultMs + limitMs) return missing;
    await delay(lookEveryMs);
  }
}

/** What the run still lacks to be over, for people; `null` when nothing is open, owed, or not where it should be. */
async function whatIsMissing(run: Awaited): Promise<string | null> {
  const { databases, service } = run;
  const deployments = (await readDeployments(databases, service)).slice(run.earlier);
  const centre = await readOpenMatters(databases, service);
  return (
    openDeployment(run, deployments) ??
    openCentre(centre) ??
    (await strayHost(run, releaseAfter(run.before, deployments, await readReleases(databases, service))))
  );
}

function openDeployment(run: Awaited, deployments: readonly EndedDeployment[]): string | null {
  const merged = deployments.find(({ commit }) => commit === run.commit);
  if (merged === undefined) return 'the merge has become no deployment';
  const open = deployments.find(({ outcome }) => outcome === null);
  if (open !== undefined) return `deployment ${open.number} (${open.kind}) has not ended`;
  const answer = run.course.takenBack();
  if (answer === 'asked') return 'the person who takes it back has no answer';
  const follows = answer?.outcome === 'undoing' && merged.outcome === 'succeeded';
  const hasFollowed = deployments.some(({ kind }) => kind === 'rollback');
  return follows && !hasFollowed ? 'the rollback that was promised has not been opened' : null;
}

function openCentre({ holder, unfinished, obligations }: OpenMatters): string | null {
  if (holder !== null) return `deployment ${holder} holds the service`;
  if (unfinished > 0) return `${unfinished} rows of the inbox are not finished`;
  return obligations > 0 ? `${obligations} obligations are open` : null;
}

/** A host that doesn't run, healthy and by the newest goal, what it should. */
async function strayHost({ stack, databases, service }: Awaited, after: KnownRelease | null): Promise<string | null> {
  for (const region of stack.regions) {
    const { row } = await readGoal(databases, region, service);
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
