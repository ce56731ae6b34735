import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { treePathProblem } from '../../protocol/tree-path.ts';

export type ResolvedFolder =
  { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly problem: string };

/**
 * A folder below another, by a path that foreign code may have had its hands on: no part of it may be a link, else a
 * release could take files from anywhere on this machine. `what` names the setting for people.
 */
export async function folderBelow(parent: string, relative: string, what: string): Promise<ResolvedFolder> {
  const normal = path.posix.normalize(relative).replace(/(?!^)\/$/, '');
  const problem = normal === '.' ? null : treePathProblem(normal);
  if (problem !== null) return { ok: false, problem: `${what} ${JSON.stringify(relative)} ${problem}` };
  const real = await realpath(parent);
  const folder = path.join(real, normal);
  const stats = await lstat(folder).catch(() => null);
  if (stats === null) return { ok: false, problem: `${what} ${JSON.stringify(relative)} does not exist` };
  if ((await realpath(folder)) !== folder)
    return { ok: false, problem: `${what} ${JSON.stringify(relative)} goes through a link` };
  if (!stats.isDirectory()) return { ok: false, problem: `${what} ${JSON.stringify(relative)} is not a folder` };
  return { ok: true, folder };
}
