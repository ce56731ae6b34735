/**
 * What is pinned to a version of workflows from before the last one. Today's activities, lanes and api are held to what the
 * one version before them says (`test/contract`); what began earlier goes on with nobody having looked.
 */
import type { Client } from '@temporalio/client';
import { openOn } from './open-on-version.ts';
import { versionSummaries } from './version-summaries.ts';

export interface KnownVersion {
  readonly buildId: string;
  readonly isCurrent: boolean;
  /** When it was the current one last; `null`: it never was. */
  readonly wasCurrentAtMs: number | null;
}

/**
 * Versions older than the one before `own`. The one before is what is current while `own` is not yet, else what was last.
 * None for a version that others have come after: it runs beside them until it is drained.
 */
export function beforeTheLast(versions: readonly KnownVersion[], own: string): readonly string[] {
  const mine = versions.find(({ buildId }) => buildId === own);
  const others = versions.filter(({ buildId, wasCurrentAtMs }) => buildId !== own && wasCurrentAtMs !== null);
  if (mine !== undefined && !mine.isCurrent && mine.wasCurrentAtMs !== null) return [];
  const [, ...older] = others.toSorted(
    (one, other) => Number(other.isCurrent) - Number(one.isCurrent) || other.wasCurrentAtMs! - one.wasCurrentAtMs!,
  );
  return older.map(({ buildId }) => buildId);
}

/** A version, and what is pinned to it, for people. */
export interface TooOld {
  readonly buildId: string;
  /** `checkout/87`, `the undo of checkout/87 in eu-west`; at most twenty. */
  readonly names: readonly string[];
  /** Workflows, also those that are not named. */
  readonly count: number;
}

/** @param own the version that this start brings */
export async function findTooOld(client: Client, own: string): Promise<readonly TooOld[]> {
  const older = beforeTheLast(await knownVersions(client), own);
  const found = await Promise.all(older.map((buildId) => openOn(client, buildId)));
  return found.flatMap(({ count, ids }, index) =>
    count === 0 ? [] : [{ buildId: older[index]!, count, names: [...new Set(ids.map(pinnedName))] }],
  );
}

async function knownVersions(client: Client): Promise<readonly KnownVersion[]> {
  return (await versionSummaries(client)).map((version) => ({
    buildId: version.deploymentVersion?.buildId ?? '',
    isCurrent: isSet(version.currentSinceTime),
    wasCurrentAtMs: millisecondsOf(version.lastCurrentTime ?? version.currentSinceTime),
  }));
}

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;
const isSet = (time: Timestamp): boolean => Number(time?.seconds ?? 0) > 0;
const millisecondsOf = (time: Timestamp): number | null =>
  isSet(time) ? Number(time!.seconds) * 1_000 + (time!.nanos ?? 0) / 1_000_000 : null;

/** What a workflow of this id is to people; a region's rollout belongs to its deployment. */
export function pinnedName(workflowId: string): string {
  const [what, service, number, region, undo] = workflowId.split(':');
  if (what === 'recovery') return `the recovery of ${service}/${number}`;
  if (what !== 'deployment') return workflowId;
  return undo === 'undo' ? `the undo of ${service}/${number} in ${region}` : `${service}/${number}`;
}

/** What is wrong and what to do, in a sentence. */
export function tooOldText({ buildId, names, count }: TooOld): string {
  const more = count > names.length ? ` (${count} workflows)` : '';
  return (
    `${names.join(', ')}${more}: begun on version ${buildId}, from before the last upgrade, which nobody has tried with ` +
    `today's programs; let it end before the next upgrade, or abort it and deploy again (docs/how-to/upgrade.md)`
  );
}
