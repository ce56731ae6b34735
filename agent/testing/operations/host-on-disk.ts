import { hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { ServiceRecord, ServiceState } from '../../../domain/host/service-state.ts';
import { atRest, newHost, serviceOf } from '../../../domain/host/service-state.ts';
import { replay } from '../../../domain/host/transition.ts';
import type { Digest } from '../../../domain/names.ts';
import type { ListingEntry } from '../../../protocol/manifest.ts';
import { decodeLines } from '../../state/journal-line.ts';
import { checkout, testHost } from '../test-region.ts';
import type { TestRelease } from '../test-release.ts';

/** What a host's folder holds, read with other eyes than the agent's. */
export interface HostOnDisk {
  readonly current: Digest | null;
  readonly previous: Digest | null;
  /** Releases that say that they are whole. */
  readonly marked: readonly Digest[];
  /** Why a release isn't what was published, or null. */
  damage(release: TestRelease): string | null;
  readonly hasSnapshot: boolean;
  /** Whether a fresh tree of it lies ready to take the place of what was there. */
  isBeingReplaced(release: Digest): boolean;
  /** Names beside the releases, and what is being put together. */
  readonly unfinished: readonly string[];
  remembered(): ServiceState;
  events(): readonly DurableEvent[];
}

export function readHost(root: string): HostOnDisk {
  const service = path.join(root, 'services', checkout);
  const [releases, staging] = [path.join(service, 'releases'), path.join(service, 'staging')];
  const entries = (): readonly DurableEvent[] => {
    const file = path.join(root, 'state', 'journal.ndjson');
    if (!existsSync(file)) return [];
    return decodeLines(readFileSync(file)).texts.map((text) => (JSON.parse(text) as { event: DurableEvent }).event);
  };
  return {
    current: linked(path.join(service, 'current')),
    previous: linked(path.join(service, 'previous')),
    marked: namesIn(releases)
      .map((name) => `sha256:${name}` as Digest)
      .filter((release) => mark(path.join(releases, nameOf(release))) === release),
    damage: (release) => damageOf(path.join(releases, nameOf(release.digest)), release),
    isBeingReplaced: (release) => mark(path.join(staging, nameOf(release))) === release,
    unfinished: [...namesIn(releases).filter((name) => name.includes('.')), ...namesIn(staging)],
    hasSnapshot: existsSync(path.join(root, 'state', 'snapshot.copy.json')),
    events: entries,
    remembered: () => remembered(root),
  };
}

function remembered(root: string): ServiceState {
  const file = ['snapshot.json', 'snapshot.copy.json']
    .map((name) => path.join(root, 'state', name))
    .find((each) => existsSync(each) && linesOf(each).length > 0);
  const {
    entry = 0,
    services = [],
    memoryLostAtMs = 0,
  } = file === undefined ? {} : (JSON.parse(linesOf(file)[0]!) as StoredSnapshot);
  const state = {
    ...newHost(testHost),
    memoryLostAtMs,
    services: new Map(services.map((record) => [record.service, atRest(record)])),
  };
  const journal = path.join(root, 'state', 'journal.ndjson');
  const entries = existsSync(journal) ? linesOf(journal).map((text) => JSON.parse(text) as Entry) : [];
  return serviceOf(
    replay(
      state,
      entries.filter(({ n }) => n > entry).map(({ event }) => event),
    ),
    checkout,
  );
}

interface StoredSnapshot {
  readonly entry?: number;
  readonly memoryLostAtMs?: number;
  readonly services?: readonly ServiceRecord[];
}
interface Entry {
  readonly n: number;
  readonly event: DurableEvent;
}

const linesOf = (file: string): readonly string[] =>
  lstatSync(file).isFile() ? decodeLines(readFileSync(file)).texts : [];

const nameOf = (release: Digest): string => release.slice('sha256:'.length);

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

function linked(link: string): Digest | null {
  const found = lstatSync(link, { throwIfNoEntry: false });
  return found?.isSymbolicLink() ? (`sha256:${path.basename(readlinkSync(link))}` as Digest) : null;
}

function mark(folder: string): string | null {
  const file = path.join(folder, '.slipway', 'ok');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function damageOf(folder: string, release: TestRelease): string | null {
  if (mark(folder) !== release.digest) return `${release.number} has no mark`;
  const tree = path.join(folder, 'tree');
  const listed = release.parts.listing.toString('utf8').trim().split('\n');
  const entries = listed.map((line) => JSON.parse(line) as ListingEntry);
  const found = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)));
  const strange = found.find((name) => !entries.some((entry) => entry.path === name));
  if (strange !== undefined) return `${release.number} holds ${strange}`;
  for (const entry of entries) {
    const problem = found.includes(entry.path) ? problemOf(path.join(tree, entry.path), entry) : 'is missing';
    if (problem !== null) return `${release.number}: ${entry.path} ${problem}`;
  }
  const { manifest, config } = { manifest: 'manifest.json', config: 'config' };
  if (!readFileSync(path.join(folder, '.slipway', config)).equals(release.parts.config)) return 'config differs';
  if (readFileSync(path.join(folder, '.slipway', manifest), 'utf8') !== JSON.stringify(release.envelope))
    return 'manifest differs';
  return null;
}

function problemOf(file: string, entry: ListingEntry): string | null {
  if (entry.kind === 'link') return readlinkSync(file) === entry.target ? null : 'points elsewhere';
  const content = readFileSync(file);
  if (`sha256:${hash('sha256', content)}` !== entry.digest) return `has other content (${content.length} bytes)`;
  const mode = lstatSync(file).mode & 0o777;
  return mode === (entry.mode & 0o555) ? null : `has mode ${mode.toString(8)}`;
}
