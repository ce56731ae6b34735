import { hash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Digest, ServiceName } from '../domain/names.ts';

/** Everything an agent keeps lies below one folder, on one file system: a rename is then the way to publish. */
export interface AgentDirectory {
  /** Holds the agent's socket, `agent.sock`, too. */
  readonly root: string;
  /** Stands for the folder in names of locks and marks of processes; 16 hex digits. */
  readonly mark: string;
  readonly snapshot: string;
  readonly snapshotCopy: string;
  /** What must outlive the rest of the memory, in two copies far from each other. */
  readonly floors: string;
  readonly floorsCopy: string;
  readonly journal: string;
  /** Space set aside, freed when the journal meets a full disk. */
  readonly journalReserve: string;
  /** Keys and certificates of the host, and the root document that it has pinned. */
  readonly identity: string;
  readonly pinnedRoot: string;
  readonly pinnedRootCopy: string;
  readonly services: string;
  service(service: ServiceName): ServiceDirectory;
}

export interface ServiceDirectory {
  readonly root: string;
  readonly releases: string;
  readonly staging: string;
  readonly current: string;
  readonly previous: string;
  /** The goal taken up, as it was signed; for people. */
  readonly goal: string;
  /** The instance's own, kept over releases (`STATE_DIRECTORY`). */
  readonly data: string;
  /** Of the keeper in the first place. */
  readonly keeper: string;
  readonly logs: string;
  /** Where a second instance runs beside the first one, while one takes over from the other. */
  readonly second: { readonly keeper: string; readonly logs: string };
  /** What serves and what is drained, for a balancer on this host. */
  readonly ports: string;
  release(release: Digest): ReleaseDirectory;
  /** Where a release is put together before it is whole. */
  staged(release: Digest): ReleaseDirectory;
}

export interface ReleaseDirectory {
  readonly root: string;
  /** The artifact's files. Instances run here, by this path and never through `current`. */
  readonly tree: string;
  /** Verified documents of the release. */
  readonly documents: string;
  /** Written last: the release's digest. A folder without it is no release. */
  readonly ok: string;
  /** The boot of the machine in which it was last read as a whole. */
  readonly checked: string;
  /** Chunks that are not whole yet; only while staged. */
  readonly parts: string;
}

/** Makes the folder if it isn't there. */
export function openAgentDirectory(given: string): AgentDirectory {
  mkdirSync(given, { recursive: true, mode: 0o700 });
  const root = realpathSync(given);
  const state = path.join(root, 'state');
  const services = path.join(root, 'services');
  const identity = path.join(root, 'identity');
  for (const folder of [state, services, identity]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    root,
    mark: hash('sha256', root, 'hex').slice(0, 16),
    snapshot: path.join(state, 'snapshot.json'),
    snapshotCopy: path.join(state, 'snapshot.copy.json'),
    floors: path.join(state, 'floors.json'),
    floorsCopy: path.join(identity, 'floors.json'),
    journal: path.join(state, 'journal.ndjson'),
    journalReserve: path.join(state, 'reserve'),
    identity,
    pinnedRoot: path.join(identity, 'root.json'),
    pinnedRootCopy: path.join(state, 'root.json'),
    services,
    service: (service) => serviceDirectory(path.join(services, service), path.join(root, 'logs', service)),
  };
}

/** A release's digest as a file name, and back. */
export const digestName = (release: Digest): string => release.slice('sha256:'.length);
export const nameDigest = (name: string): Digest => `sha256:${name}` as Digest;

function serviceDirectory(root: string, logs: string): ServiceDirectory {
  const releases = path.join(root, 'releases');
  const staging = path.join(root, 'staging');
  return {
    root,
    releases,
    staging,
    current: path.join(root, 'current'),
    previous: path.join(root, 'previous'),
    goal: path.join(root, 'goal.json'),
    data: path.join(root, 'data'),
    keeper: path.join(root, 'keeper'),
    logs,
    second: { keeper: path.join(root, 'keeper-2'), logs: path.join(logs, '2') },
    ports: path.join(root, 'ports.json'),
    release: (release) => releaseDirectory(path.join(releases, digestName(release))),
    staged: (release) => releaseDirectory(path.join(staging, digestName(release))),
  };
}

function releaseDirectory(root: string): ReleaseDirectory {
  const documents = path.join(root, '.slipway');
  return {
    root,
    tree: path.join(root, 'tree'),
    documents,
    ok: path.join(documents, 'ok'),
    checked: path.join(documents, 'checked'),
    parts: path.join(root, 'parts'),
  };
}
