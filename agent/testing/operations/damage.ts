import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Digest } from '../../../domain/names.ts';

/** What somebody, or a disk, did to a host's folder while no agent ran. `current` runs, `base` is the way back. */
export type Damage = (root: string, releases: { readonly current: Digest; readonly base: Digest }) => void;

export const empty =
  (...files: readonly string[]): Damage =>
  (root) =>
    files.forEach((file) => writeFileSync(path.join(root, file), ''));
export const remove =
  (...files: readonly string[]): Damage =>
  (root) =>
    files.forEach((file) => rmSync(path.join(root, file), { force: true, recursive: true }));
export const folder =
  (...folders: readonly string[]): Damage =>
  (root) =>
    folders.forEach((each) => mkdirSync(path.join(root, each)));
export const flip =
  (file: string, where: number): Damage =>
  (root) => {
    if (!existsSync(path.join(root, file))) return;
    const content = readFileSync(path.join(root, file));
    const at = Math.floor((content.length - 1) * where);
    if (content.length > 0) content[at]! ^= 0x5a;
    writeFileSync(path.join(root, file), content);
  };
export const cut =
  (file: string, bytes: number): Damage =>
  (root) => {
    const { length } = readFileSync(path.join(root, file));
    truncateSync(path.join(root, file), Math.max(0, length - bytes));
  };
export const both =
  (...damages: readonly Damage[]): Damage =>
  (root, releases) =>
    damages.forEach((damage) => damage(root, releases));
