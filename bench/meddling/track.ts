import path from 'node:path';
import { serviceName, type ServiceName } from '../../domain/names.ts';
import { Service } from '../../infra/postgres/central/entities.ts';
import { makeGitRepository, type GitRepository } from '../service/git-repository.ts';
import { deliverAndFind } from '../service/deploy-merge.ts';
import { untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import type { FreezeRegion } from './frozen-region.ts';
import { gatedProgram, type Gate } from './gate.ts';

/** One service, on which cases go on one after the other. */
export interface Track {
  readonly stack: BenchStack;
  readonly signal: AbortSignal;
  readonly service: ServiceName;
  readonly repository: string;
  readonly git: GitRepository;
  readonly freeze: FreezeRegion;
}

/** How one release of it is brought out; by default at once, everywhere. */
export type RollsOut = Partial<Pick<BenchService, 'batches' | 'approve' | 'bake' | 'inTurn'>> & {
  /** Its instances are healthy once this is open. */
  readonly gate?: Gate;
};

/** Adds a service, whose first release is live when this answers. */
export async function layTrack(
  stack: BenchStack,
  name: string,
  { signal, freeze }: Pick<Track, 'signal' | 'freeze'>,
): Promise<Track> {
  const service = serviceName(name);
  const git = await makeGitRepository(path.join(stack.shape.data.root, `repository-${name}`));
  const repository = `acme/${name}`;
  const body = { repository, cloneUrl: git.cloneUrl, branch: 'main', owners: ['lin'] };
  await stack.releaseOwner.call('putService', { path: { service }, body });
  const track: Track = { stack, signal, service, repository, git, freeze };
  const end = await untilEnded(stack, await merge(track, 'the first', {}), signal);
  if (end.outcome !== 'succeeded') throw new Error(`the first release of ${name} ended ${end.outcome}: ${end.reason}`);
  return track;
}

/** Merges a change, and answers the deployment that it got. */
export async function merge(track: Track, subject: string, rollsOut: RollsOut): Promise<DeploymentRef> {
  const { stack, git, repository, signal } = track;
  const { gate, ...how } = rollsOut;
  const files = serviceFiles({
    service: track.service,
    regions: stack.shape.regions,
    batches: [1, '100%'],
    approve: false,
    startPeriod: '15m',
    ...how,
  });
  const program = gate === undefined ? {} : { 'server.mjs': gatedProgram(gate) };
  const merged = await git.commit(subject, { ...files, ...program, 'NOTES.md': subject });
  return deliverAndFind(stack, { repository, merge: merged }, signal);
}

/** The number of the release that its outcomes say runs everywhere. */
export async function currentRelease({ stack, service }: Track): Promise<number | null> {
  const { currentRelease: number } = await stack.central.em.fork().findOneOrFail(Service, { name: service });
  return number ?? null;
}
