import { existsSync, readFileSync } from 'node:fs';

/** How many descriptors this process may have open (`ulimit -n`); infinite where the system doesn't say. */
export function mostOpenFiles(limitsFile = '/proc/self/limits'): number {
  if (!existsSync(limitsFile)) return Infinity;
  const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync(limitsFile, 'utf8')) ?? [];
  return limit === undefined ? Infinity : Number(limit);
}
