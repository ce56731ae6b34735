import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { envelopeSchema } from '../../protocol/dsse.ts';
import { decodeListing } from '../../protocol/listing.ts';
import { verifyManifest } from '../../protocol/manifest.ts';
import type { TrustedKeys } from '../../protocol/root-document.ts';
import type { ServiceDirectory } from '../agent-directory.ts';
import { installedReleases, linkedRelease } from '../install/installed-release.ts';
import { readConfig } from '../install/release-documents.ts';
import { strayEntries, wrongEntries } from '../install/tree-check.ts';
import { exitCodes, type ExitCode } from './command-error.ts';
import { pinnedKeys } from './pinned-keys.ts';
import { nameRelease, type NamedRelease } from './release-name.ts';
import { present, type Surroundings } from './surroundings.ts';
import { theServices } from './which-service.ts';

interface Verified {
  readonly service: ServiceName;
  readonly release: NamedRelease;
  readonly files: number;
  /** Absent, cut off, or with other content. */
  readonly wrong: readonly string[];
  /** Not in the signed listing. */
  readonly strays: readonly string[];
  /** What is wrong with its documents, signature first. */
  readonly problem: string | null;
}

/** Reads every byte of every release here again, against what was signed. Needs no network, and changes nothing. */
export async function verify(around: Surroundings): Promise<ExitCode> {
  const keys = await pinnedKeys(around);
  const releases: Verified[] = [];
  for (const service of await theServices(around)) {
    const directory = around.directory.service(service);
    for (const release of await releasesHere(directory))
      releases.push(await verifyRelease(service, release, keys, around));
  }
  const bad = releases.filter(({ wrong, strays, problem }) => wrong.length + strays.length > 0 || problem !== null);
  present(
    around,
    { rootVersion: keys.version, releases },
    releases.flatMap(linesOf).join('\n') || 'no release is here',
  );
  return bad.length === 0 ? exitCodes.done : exitCodes.fault;
}

/** A link to a release that isn't whole is a finding too. */
async function releasesHere(directory: ServiceDirectory): Promise<readonly Digest[]> {
  const linked = [await linkedRelease(directory.current), await linkedRelease(directory.previous)];
  const named = linked.filter((release): release is Digest => release !== null);
  return [...new Set([...named, ...(await installedReleases(directory))])];
}

async function verifyRelease(
  service: ServiceName,
  digest: Digest,
  keys: TrustedKeys,
  { directory }: Surroundings,
): Promise<Verified> {
  const release = await nameRelease(directory, service, digest);
  const none = { service, release, files: 0, wrong: [], strays: [] };
  try {
    const { documents, tree } = directory.service(service).release(digest);
    const read = (name: string): Promise<Buffer> => readFile(path.join(documents, name));
    const envelope = envelopeSchema.parse(JSON.parse((await read('manifest.json')).toString('utf8')));
    const manifest = verifyManifest(envelope, digest, [keys.build]);
    if (!manifest.ok) return { ...none, problem: manifest.reason };
    if (manifest.root.service !== service) return { ...none, problem: `is of service ${manifest.root.service}` };
    readConfig(await read('config'), manifest.root);
    const listing = decodeListing(await read('listing'), manifest.root);
    if (!listing.ok) return { ...none, problem: listing.reason };
    const wrong = (await wrongEntries(tree, listing.entries)).map((entry) => entry.path);
    const strays = await strayEntries(tree, listing.entries);
    return { service, release, files: listing.entries.length, wrong, strays, problem: null };
  } catch (error) {
    return { ...none, problem: `its documents can't be read: ${(error as Error).message}` };
  }
}

function linesOf({ release, files, wrong, strays, problem }: Verified): readonly string[] {
  if (problem !== null) return [`WRONG  ${release.name}  ${problem}`];
  const bad = [
    ...wrong.map((file) => `WRONG  ${release.name}  ${file}`),
    ...strays.map((file) => `STRAY  ${release.name}  ${file}`),
  ];
  return bad.length > 0 ? bad : [`ok     ${release.name}  ${files} files`];
}
