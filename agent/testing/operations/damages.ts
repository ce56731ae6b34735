import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Digest } from '../../../domain/names.ts';
import { checkout } from '../test-region.ts';
import { both, cut, empty, flip, folder, remove, type Damage } from './damage.ts';

const service = path.join('services', checkout);
const current = path.join(service, 'current');
const releaseOf = (root: string, digest: Digest): string => path.join(root, service, 'releases', digest.slice(7));
const journal = 'state/journal.ndjson';
const snapshots = ['state/snapshot.json', 'state/snapshot.copy.json'] as const;
const floors = ['state/floors.json', 'identity/floors.json'] as const;

function linkTo(target: string): Damage {
  return (root) => {
    rmSync(path.join(root, current), { force: true });
    symlinkSync(target, path.join(root, current));
  };
}

function mark(which: 'current' | 'base', content: string | null): Damage {
  return (root, releases) => {
    const ok = path.join(releaseOf(root, releases[which]), '.slipway', 'ok');
    if (content === null) rmSync(ok);
    else writeFileSync(ok, content);
  };
}

function inTree(which: 'current' | 'base', change: (file: string) => void): Damage {
  return (root, releases) => {
    const tree = path.join(releaseOf(root, releases[which]), 'tree');
    chmodSync(path.join(tree, 'server.mjs'), 0o644);
    change(path.join(tree, 'server.mjs'));
    chmodSync(path.join(tree, 'server.mjs'), 0o444);
  };
}

const memory: Readonly<Record<string, Damage>> = {
  'an empty journal': empty(journal),
  'no journal': remove(journal),
  'a journal with a changed byte at its beginning': flip(journal, 0.02),
  'a journal with a changed byte in the middle': flip(journal, 0.5),
  'a journal with a changed byte in its last line': flip(journal, 0.99),
  'a journal without its last 300 bytes': cut(journal, 300),
  'a journal of something else': (root) => writeFileSync(path.join(root, journal), 'x'.repeat(5_000)),
  'an empty snapshot': empty(snapshots[0]),
  'a changed snapshot': flip(snapshots[0], 0.5),
  'no snapshot': remove(snapshots[0]),
  'an empty second snapshot': empty(snapshots[1]),
  'two empty snapshots': empty(...snapshots),
  'no snapshots': remove(...snapshots),
  'an empty snapshot and an empty journal': empty(snapshots[0], journal),
  'two empty snapshots and no journal': both(empty(...snapshots), remove(journal)),
  'empty floors': empty(floors[0]),
  'no second floors': remove(floors[1]),
  'two empty floors': empty(...floors),
  'empty floors and an empty journal': empty(floors[0], journal),
  'nothing but floors': both(empty(floors[0], journal), remove(...snapshots)),
  'all of its memory emptied': empty(journal, ...snapshots, ...floors),
  'no memory at all': remove('state', floors[1]),
  'no folder "state"': remove('state'),
  'no folder "identity"': remove('identity'),
  'an empty root document': empty('identity/root.json'),
  'a changed second root document': flip('state/root.json', 0.3),
};

const host = 'identity/host.json';

const identity: Readonly<Record<string, Damage>> = {
  'an empty certificate': empty(host),
  'a torn certificate': cut(host, 300),
  'a changed certificate': flip(host, 0.5),
  'an empty and an older certificate': both(
    (root) => copyFileSync(path.join(root, host), path.join(root, 'identity/former.json')),
    empty(host),
  ),
  'an empty renewed certificate': empty('identity/next.json'),
  'a torn key that waits for a certificate': (root) =>
    writeFileSync(path.join(root, 'identity/enrolling.json'), '{"format":"slipway.identity/1","host":'),
};

const replaced = [`${service}/goal.json`, `${service}/ports.json`, 'agent.sock', snapshots[1], floors[1]];

const shown: Readonly<Record<string, Damage>> = {
  'an empty goal.json and ports.json': empty(`${service}/goal.json`, `${service}/ports.json`),
  'folders in the place of files and of the socket': (root, releases) =>
    both(remove(...replaced), folder(...replaced))(root, releases),
};

const links: Readonly<Record<string, Damage>> = {
  'no link "current"': remove(current),
  'a link "current" that points nowhere': linkTo(`releases/${'0'.repeat(64)}`),
  'a link "current" out of the folder': linkTo('/etc'),
  'a file in the place of "current"': both(remove(current), (root) => writeFileSync(path.join(root, current), 'x')),
  'a folder in the place of "current"': both(remove(current), (root) => {
    mkdirSync(path.join(root, current));
    writeFileSync(path.join(root, current, 'file'), 'x');
  }),
  'neither link nor journal': remove(current, journal, ...snapshots),
};

const trees: Readonly<Record<string, Damage>> = {
  'an empty mark in what runs': mark('current', ''),
  "another release's mark in what runs": mark('current', `sha256:${'0'.repeat(64)}`),
  'no mark in what runs': mark('current', null),
  'an empty mark in the way back': mark('base', ''),
  'no way back': (root, { base }) => rmSync(releaseOf(root, base), { recursive: true }),
  'an empty manifest in the way back': (root, { base }) =>
    writeFileSync(path.join(releaseOf(root, base), '.slipway', 'manifest.json'), ''),
};

const strays: Readonly<Record<string, Damage>> = {
  'stray files and folders': (root) => {
    for (const folder of [
      'services/other',
      `${service}/staging/old/tree`,
      `${service}/releases/${'0'.repeat(64)}/tree`,
    ])
      mkdirSync(path.join(root, folder), { recursive: true });
    for (const file of [
      'services/stray',
      `${service}/releases/stray`,
      `${service}/staging/stray`,
      'state/snapshot.json.tmp',
    ])
      writeFileSync(path.join(root, file), 'x');
    symlinkSync('nowhere', path.join(root, service, '.current.tmp'));
  },
};

/** Of a host on which an instance runs, and of one after a boot. */
export const damages: Readonly<Record<string, Damage>> = {
  ...memory,
  ...identity,
  ...shown,
  ...links,
  ...trees,
  ...strays,
};

/** Seen only when trees are read again, as after a boot that nobody prepared for. */
export const damagesOfPowerLoss: Readonly<Record<string, Damage>> = {
  ...damages,
  'a file without content in what ran': inTree('current', (file) => truncateSync(file, 0)),
  'a file without content in the way back': inTree('base', (file) => truncateSync(file, 0)),
  'a file that is gone in the way back': inTree('base', (file) => {
    writeFileSync(`${file}.moved`, '');
    rmSync(file);
    writeFileSync(file, 'other');
  }),
  'all files without content in both': both(
    inTree('base', (file) => truncateSync(file, 0)),
    inTree('current', (file) => truncateSync(file, 0)),
  ),
};
