import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newHost } from '../../domain/host/service-state.ts';
import { hostId, serviceName } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { openAgentDirectory, type ReleaseDirectory, type ServiceDirectory } from '../agent-directory.ts';
import type { Log } from '../log.ts';
import { removeReplaced, replaceTree, restoreReplaced } from './replace-tree.ts';

const checkout = serviceName('checkout');
const release = digestOf('release 1');
let folder: string;
let directory: ServiceDirectory;
let told: string[];
const note = (message: string): number => told.push(message);
const log: Log = { debug: note, info: note, warn: note, error: note };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-replace-'));
  directory = openAgentDirectory(path.join(folder, 'agent')).service(checkout);
  mkdirSync(directory.releases, { recursive: true });
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A release of one file, with its mark, and read in this boot. */
function lay({ tree, documents, ok, checked }: ReleaseDirectory, content: string): void {
  mkdirSync(tree, { recursive: true });
  mkdirSync(documents);
  writeFileSync(path.join(tree, 'file'), content);
  writeFileSync(ok, release);
  writeFileSync(checked, 'this boot');
}
const aside = (): string => `${directory.release(release).root}.replaced`;
/** As if it had been renamed there. */
const layAside = (content: string): void =>
  lay({ ...directory.release(release), ...placedAt(aside()) } as ReleaseDirectory, content);
const placedAt = (root: string): Partial<ReleaseDirectory> => ({
  root,
  tree: path.join(root, 'tree'),
  documents: path.join(root, '.slipway'),
  ok: path.join(root, '.slipway', 'ok'),
  checked: path.join(root, '.slipway', 'checked'),
});
const content = (): string => readFileSync(path.join(directory.release(release).tree, 'file'), 'utf8');

const replace = (): Promise<void> =>
  replaceTree(checkout, release, {
    directory: openAgentDirectory(path.join(folder, 'agent')),
    dispatch: async ({ type }) => void told.push(type),
    log,
    readState: () => newHost(hostId('a')),
  });

describe('an agent that was killed between the two renames', () => {
  it('leaves a fresh tree, which takes its place after all', async () => {
    lay(directory.staged(release), 'fresh');
    layAside('changed');
    await restoreReplaced(directory, log);
    expect([content(), readdirSync(directory.staging)]).toEqual(['fresh', []]);
    await removeReplaced(directory, log);
    expect(readdirSync(directory.releases)).toEqual([path.basename(directory.release(release).root)]);
  });

  it('leaves it also where a loss of power has taken the name of what was there', async () => {
    lay(directory.staged(release), 'fresh');
    symlinkSync(path.relative(directory.root, directory.release(release).root), directory.current);
    await restoreReplaced(directory, log);
    expect([content(), readdirSync(directory.staging)]).toEqual(['fresh', []]);
  });

  it('has what was there put back where there is no fresh one, to be read before it starts', async () => {
    layAside('changed');
    await restoreReplaced(directory, log);
    expect(content()).toBe('changed');
    expect(existsSync(directory.release(release).checked)).toBe(false);
  });
});

describe('an odd entry with the name of what was replaced', () => {
  const odd: [string, (file: string) => unknown][] = [
    ['a file', (file) => writeFileSync(file, 'x')],
    ['a link to a folder', (file) => symlinkSync(path.join(folder, 'elsewhere'), file)],
    ['a link to nothing', (file) => symlinkSync('nowhere', file)],
  ];
  beforeEach(() => {
    mkdirSync(path.join(folder, 'elsewhere', 'private'), { recursive: true, mode: 0o700 });
  });

  it.each(odd)('%s keeps no agent from its start, with the release there or not', async (_what, make) => {
    make(aside());
    await restoreReplaced(directory, log);
    expect(existsSync(directory.release(release).root)).toBe(false);
    lay(directory.release(release), 'right');
    await restoreReplaced(directory, log);
    expect(content()).toBe('right');
  });

  it.each(odd)('%s makes room for what is replaced, and nothing that it leads to is touched', async (_what, make) => {
    lay(directory.release(release), 'changed');
    lay(directory.staged(release), 'fresh');
    make(aside());
    await replace();
    expect([content(), told.at(-1)]).toEqual(['fresh', 'mended']);
    expect(lstatSync(aside()).isDirectory()).toBe(true);
    expect((statSync(path.join(folder, 'elsewhere/private')).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(path.join(folder, 'elsewhere')).mode & 0o777).toString(8)).toBe('700');
  });

  it('is left alone when it is named after no release', async () => {
    mkdirSync(path.join(directory.releases, 'mine.replaced'));
    await restoreReplaced(directory, log);
    await removeReplaced(directory, log);
    expect(readdirSync(directory.releases)).toEqual(['mine.replaced']);
  });
});
