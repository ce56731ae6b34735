import path from 'node:path';

/** Environment of a program that imports a module of agent/testing before all else. */
export const importing = (file: string, argument: string | number): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import file://${path.resolve(import.meta.dirname, '../agent/testing', file)}?${argument}`,
});

export const wrongClock = (aheadMs: number): Readonly<Record<string, string>> =>
  importing('wrong-clock.mjs', aheadMs / 86_400_000);
