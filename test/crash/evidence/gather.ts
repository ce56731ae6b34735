import { openAgentDirectory } from '../../../agent/agent-directory.ts';
import type { DeploymentNumber, HostId } from '../../../domain/names.ts';
import type { Harmed } from '../harm/carry-out.ts';
import type { Course } from '../run/course.ts';
import type { RunSettings } from '../run/run-settings.ts';
import { releaseAfter } from './release-after.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { DeliveredMerge, HostEvidence, KnownRelease, RunEvidence } from './evidence.ts';
import { readHostDisk } from './host-disk.ts';
import { readCentre, readDeployments, readReleases } from './read-centre.ts';
import { readFreeze, readSlots } from './read-fleet.ts';
import { readHistories } from './read-histories.ts';
import { readRegion } from './read-region.ts';
import type { Watch } from './watch.ts';

export interface Watched extends RunSettings {
  readonly watch: Watch;
  readonly before: KnownRelease;
  /** Deployments of earlier runs. */
  readonly earlier: number;
  readonly merges: readonly DeliveredMerge[];
  readonly scenario: Scenario;
  readonly frozen: Course['frozen'];
  readonly harmed: readonly Harmed[];
}

/** Puts together what was watched and what databases and disks hold now. Fails while Postgres is away. */
export async function gatherEvidence(watched: Watched): Promise<RunEvidence> {
  const { stack, databases, service, before, earlier, merges, scenario, harmed, frozen, keys, watch } = watched;
  const first = (earlier + 1) as DeploymentNumber;
  const deployments = (await readDeployments(databases, service)).slice(earlier);
  const releases = await readReleases(databases, service);
  return {
    service,
    before,
    after: releaseAfter(before, deployments, releases),
    merges,
    act: scenario.act,
    harmed,
    deployments,
    releases,
    freeze: frozen === null ? null : await readFreeze(databases, frozen),
    slots: await readSlots(databases, service, first),
    centre: await readCentre(databases, service),
    regions: await Promise.all(
      stack.regions.map((region) => readRegion(databases, region, service, { first, begun: watch.rows.begun })),
    ),
    hosts: await Promise.all(stack.places.map((place) => gatherHost(watched, place))),
    histories: await readHistories(stack, service, deployments, { withHistory: true }),
    goalLooks: watch.rows.goals,
    openLooks: watch.rows.open,
    keys,
  };
}

async function gatherHost(
  { stack, service, keys, watch, harmed }: Watched,
  { host, region }: RunningStack['places'][number],
): Promise<HostEvidence> {
  const directory = openAgentDirectory(stack.data.agent(host)).service(service);
  return {
    host,
    region,
    journal: journalOf(host, watch, harmed),
    looks: watch.hosts.looks.filter((look) => look.host === host),
    disk: await readHostDisk(directory, keys),
  };
}

/** By this machine's clock: what a host with a wrong one wrote down has the time at which it was read, milliseconds later. */
function journalOf(host: HostId, { journals }: Watch, harmed: readonly Harmed[]): HostEvidence['journal'] {
  const isWrong = harmed.some(({ kind, on }) => kind === 'step-clock' && on === host);
  return journals.entries
    .filter((entry) => entry.host === host)
    .map(({ event, seenAtMs }) => (isWrong ? { ...event, atMs: seenAtMs } : event));
}
