/**
 * Paths inside a release's tree, wherever they come from: relative, `/` between names, safe to write on any host.
 * The rules are those of docs/design.md §6.
 */

/** Kept for Slipway's own marks in an installed tree. */
export const reservedFolder = '.slipway';

const nameMaxBytes = 255; // ext4, xfs, btrfs
const pathMaxBytes = 1024; // leaves room below PATH_MAX (4096) for the folder it is installed in

/** Why a path may not stand in a release, as the end of a sentence (`… holds ".."`); null when it may. */
export function treePathProblem(path: string): string | null {
  if (path === '') return 'is empty';
  if (path.startsWith('/')) return 'is absolute';
  if (path.includes('\0')) return 'holds a NUL';
  if (!path.isWellFormed()) return 'is not valid Unicode';
  if (Buffer.byteLength(path) > pathMaxBytes) return `is longer than ${pathMaxBytes} bytes`;
  const names = path.split('/');
  if (collisionKey(names[0]!) === reservedFolder) return `uses the reserved name ${reservedFolder}`;
  for (const name of names) {
    if (name === '' || name === '.' || name === '..') return `holds ${JSON.stringify(name)} as a name`;
    if (Buffer.byteLength(name) > nameMaxBytes) return `has a name longer than ${nameMaxBytes} bytes`;
  }
  return null;
}

/**
 * Why a symbolic link at `path` may not point to `target`; null when it stays inside. `..` may stand only in front:
 * there the link's own folder is a real one, so counting names is exact. Behind a name, that name could be a link
 * itself, and `..` would leave the tree from where it leads.
 */
export function linkProblem(path: string, target: string): string | null {
  if (target.startsWith('/')) return 'points to an absolute path';
  if (target === '' || target.includes('\0') || !target.isWellFormed()) return 'has a target that is no path';
  if (Buffer.byteLength(target) > pathMaxBytes) return `has a target longer than ${pathMaxBytes} bytes`;
  let depth = path.split('/').length - 1;
  let below = false;
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') below = true;
    else if (below) return 'goes up again behind a name';
    else if (--depth < 0) return 'points out of the tree';
  }
  return null;
}

/** Names with one key are one name on a case-insensitive or normalising file system. */
export const collisionKey = (name: string): string =>
  name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

/** Bytewise by UTF-8: the same order on every machine. (String order is by UTF-16 unit, which differs beyond U+FFFF.) */
export const comparePaths = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Finds paths that can't stand in one tree. Feed it each path once; it answers what the path collides with, or null.
 * Folders count: `A/x` and `a/y` collide.
 */
export function treeCollisions(): (path: string) => string | null {
  const taken = new Map<string, { readonly spelling: string; readonly folder: boolean }>();
  return (path) => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      const key = collisionKey(folder);
      const other = taken.get(key);
      if (other === undefined) taken.set(key, { spelling: folder, folder: true });
      else if (other.spelling !== folder || !other.folder) return other.spelling;
    }
    const key = collisionKey(path);
    const other = taken.get(key);
    if (other !== undefined) return other.spelling;
    taken.set(key, { spelling: path, folder: false });
    return null;
  };
}
