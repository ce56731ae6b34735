import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Digest } from '../../domain/names.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import type { IsWell } from './light-effects.ts';

/** A release that is well where it starts first and nowhere else, as one that its own load breaks. */
export interface PartlyWell {
  readonly release: string;
  /** In each region, the first so many instances. */
  readonly wellStarts: number;
}

/** Where light hosts of a stack look for it, at each start of an instance. */
export const partlyWellFile = ({ shape }: Pick<BenchStack, 'shape'>): string =>
  path.join(shape.data.root, 'run', 'partly-well.json');

/** From now on `release` is only partly well on light hosts. Call it before it is approved. */
export function declarePartlyWell(stack: Pick<BenchStack, 'shape'>, partlyWell: PartlyWell): void {
  const file = partlyWellFile(stack);
  writeFileSync(`${file}.tmp`, JSON.stringify(partlyWell));
  renameSync(`${file}.tmp`, file);
}

/** For the light hosts of one region, which share a process. */
export function wellAsToldIn(file: string): IsWell {
  const starts = new Map<Digest, number>();
  return (release) => {
    const count = (starts.get(release) ?? 0) + 1;
    starts.set(release, count);
    if (!existsSync(file)) return true;
    const told = JSON.parse(readFileSync(file, 'utf8')) as PartlyWell;
    return told.release !== release || count <= told.wellStarts;
  };
}
