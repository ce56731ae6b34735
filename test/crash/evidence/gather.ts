import { openAgentDirectory } from '../../../agent/agent-directory.ts';
import type { DeploymentNumber } from '../../../domain/names.ts';
import type { RunSettings } from '../run/run-settings.ts';
import { releaseAfter } from './release-after.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { DeliveredMerge, HostEvidence, KnownRelease, RunEvidence } from './evidence.ts';
import { readHostDisk } from './host-disk.ts';
import { readCentre, readDeployments, readReleases } from './read-centre.ts';
import { readRegion } from './read-region.ts';
import type { Watch } from './watch.ts';

export interface Watched extends RunSettings {
  readonly watch: Watch;
  readonly before: KnownRelease;
  /** Deployments of earlier runs. */
  readonly earlier: number;
  readonly merge: DeliveredMerge;
}

/** Puts together what was watched and what databases and disks hold now. Fails while Postgres is away. */
export async function gatherEvidence(watched: Watched): Promise<RunEvidence> {
  const { stack, databases, service, before, earlier, merge, keys, watch } = watched;
  const first = (earlier + 1) as DeploymentNumber;
  const deployments = (await readDeployments(databases, service)).slice(earlier);
  const releases = await readReleases(databases, service);
  return {
    service,
    before,
    after: releaseAfter(before, deployments, releases),
    merge,
    deployments,
    releases,
    centre: await readCentre(databases, service),
    regions: await Promise.all(stack.regions.map((region) => readRegion(databases, region, service, first))),
    hosts: await Promise.all(stack.places.map((place) => gatherHost(watched, place))),
    goalLooks: watch.rows.goals,
    openLooks: watch.rows.open,
    keys,
  };
}

async function gatherHost(
  { stack, service, keys, watch }: Watched,
  { host, region }: RunningStack['places'][number],
): Promise<HostEvidence> {
  const directory = openAgentDirectory(stack.data.agent(host)).service(service);
  return {
    host,
    region,
    journal: watch.journals.entries.filter((entry) => entry.host === host).map(({ event }) => event),
    looks: watch.hosts.looks.filter((look) => look.host === host),
    disk: await readHostDisk(directory, keys),
  };
}
