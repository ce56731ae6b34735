import { readFile } from 'node:fs/promises';
import type { Difference } from '../../domain/host/drift.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { DriftPolicy } from '../../domain/spec/service-spec.ts';
import type { ListingEntry } from '../../protocol/manifest.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { lookAtTree, type Look } from './look-at-tree.ts';
import type { Pace } from './pace.ts';
import { documentsOnDisk } from './rebuild-release.ts';
import { readPrints, writePrints } from './tree-prints.ts';
import { isOfTree, type Unseen } from './what-is-wrong.ts';

/** Read at each look whatever their prints say, in turn: 1 GiB of a release in about an hour. */
const rereadBytes = 8 * 1024 * 1024;

export interface FoundDrift {
  readonly differences: readonly Difference[];
  readonly policy: DriftPolicy;
  readonly unseen: readonly Unseen[];
}

/** What of the installed tree isn't as it was signed. @throws where its documents could not be looked at */
export async function findDifferences(
  service: ServiceName,
  release: Digest,
  directory: AgentDirectory,
  pace: Pace,
  cursors: Map<ServiceName, number>,
): Promise<FoundDrift> {
  const installed = directory.service(service).release(release);
  const documents = await documentsOnDisk(directory.service(service), release).catch(nullIfOfTree);
  // Without them nothing says what would be right.
  if (documents === null) return { policy: 'mend', differences: [{ path: '.slipway', what: 'content' }], unseen: [] };
  const known = await readPrints(installed);
  const look = await lookAtTree(
    installed.tree,
    documents.entries,
    known,
    nextInTurn(service, documents.entries, cursors),
    pace,
  );
  if (look.unseen.length === 0 && differ(known, look)) await writePrints(installed, look.prints).catch(() => undefined);
  const mark = await readFile(installed.ok, 'utf8').catch(nullIfOfTree);
  const marks: Difference[] = mark === release ? [] : [{ path: '.slipway/ok', what: 'content' }];
  const differences = [...marks, ...look.differences];
  return { policy: documents.config.run.drift ?? 'mend', differences, unseen: look.unseen };
}

/** @throws where nobody could look, so that nothing follows but another look */
function nullIfOfTree(error: unknown): null {
  if (isOfTree(error)) return null;
  throw error;
}

const differ = (known: ReadonlyMap<string, string>, { prints }: Look): boolean =>
  known.size !== prints.size || [...prints].some(([name, print]) => known.get(name) !== print);

/** So that what changes a file and hides it is found too, and what a disk loses by itself. Begins anywhere, at each start of an agent. */
function nextInTurn(
  service: ServiceName,
  entries: readonly ListingEntry[],
  cursors: Map<ServiceName, number>,
): ReadonlySet<string> {
  const from = cursors.get(service) ?? Math.floor(Math.random() * entries.length);
  const chosen = new Set<string>();
  let bytes = 0;
  for (let n = 0; n < entries.length && bytes < rereadBytes; n++) {
    const entry = entries[(from + n) % entries.length]!;
    chosen.add(entry.path);
    if (entry.kind === 'file') bytes += entry.sizeBytes;
    cursors.set(service, (from + n + 1) % entries.length);
  }
  return chosen;
}
