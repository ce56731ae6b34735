import { readFile } from 'node:fs/promises';
import type { Difference } from '../../domain/host/drift.ts';
import type { Digest } from '../../domain/names.ts';
import type { DriftPolicy } from '../../domain/spec/service-spec.ts';
import type { ReleaseDirectory, ServiceDirectory } from '../agent-directory.ts';
import type { LookMemory } from './look-memory.ts';
import { lookAtTree, type Look } from './look-at-tree.ts';
import type { Pace } from './pace.ts';
import { documentsOnDisk } from './rebuild-release.ts';
import { readPrints, writePrints, type TreePrints } from './tree-prints.ts';
import { isOfTree, unseenBy, type Unseen } from './what-is-wrong.ts';

export interface FoundDrift {
  readonly differences: readonly Difference[];
  readonly policy: DriftPolicy;
  /** What nobody could look at just now, so that nothing follows from it but another look. */
  readonly unseen: readonly Unseen[];
}

/** What of the installed tree isn't as it was signed. @throws the signal's reason once the pace has ended */
export async function findDifferences(
  directory: ServiceDirectory,
  release: Digest,
  pace: Pace,
  memory: LookMemory,
): Promise<FoundDrift> {
  const found = await look(directory, release, pace, memory);
  const { lost, unseen } = memory.sortOut(found.unseen);
  const differences = [...lost, ...found.differences].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { ...found, differences, unseen };
}

async function look(directory: ServiceDirectory, release: Digest, pace: Pace, memory: LookMemory): Promise<FoundDrift> {
  const installed = directory.release(release);
  const documents = await documentsOnDisk(directory, release).catch((error: unknown) => whatOf('.slipway', error));
  // Without them nothing says what would be right.
  if ('unseen' in documents) return { policy: 'mend', ...documents };
  const { entries, config } = documents;
  const known = await readPrints(installed);
  const seen = await lookAtTree(installed.tree, entries, known, memory.nextToRead(entries), pace);
  await keepPrints(installed, known, seen);
  const mark = await lookAtMark(installed, release);
  return {
    policy: config.run.drift ?? 'mend',
    differences: [...mark.differences, ...seen.differences],
    unseen: [...mark.unseen, ...seen.unseen],
  };
}

type LookedAt = Pick<FoundDrift, 'differences' | 'unseen'>;

const changed = (path: string): LookedAt => ({ differences: [{ path, what: 'content' }], unseen: [] });

const whatOf = (path: string, error: unknown): LookedAt =>
  isOfTree(error) ? changed(path) : { differences: [], unseen: [unseenBy(error, path)] };

async function lookAtMark({ ok }: ReleaseDirectory, release: Digest): Promise<LookedAt> {
  const path = '.slipway/ok';
  try {
    return (await readFile(ok, 'utf8')) === release ? { differences: [], unseen: [] } : changed(path);
  } catch (error) {
    return whatOf(path, error);
  }
}

/**
 * What could not be looked at keeps the print that it had: were none written because of it, every byte would be read at each look.
 * A hint, so that a disk that takes none loses nothing but time.
 */
async function keepPrints(installed: ReleaseDirectory, known: TreePrints, { prints, unseen }: Look): Promise<void> {
  const kept = new Map(prints);
  for (const { path } of unseen) {
    const print = known.get(path);
    if (print !== undefined) kept.set(path, print);
  }
  if (differ(known, kept)) await writePrints(installed, kept).catch(() => undefined);
}

const differ = (known: TreePrints, prints: TreePrints): boolean =>
  known.size !== prints.size || [...prints].some(([name, print]) => known.get(name) !== print);
