import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HostId } from '../../../domain/names.ts';

const module = pathToFileURL(path.join(import.meta.dirname, 'stepped-clock.mjs')).href;

export interface Clocks {
  /** Sets a host's clock; answers how it is set right again. */
  step(host: HostId, byMs: number): () => void;
}

export interface HostClocks extends Clocks {
  /** With what an agent has to be started so that its clock can be set. */
  of(host: HostId): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
}

/** @param folder where the steps stand, a file for each host */
export function openClocks(folder: string, hosts: readonly HostId[]): HostClocks {
  const fileOf = (host: HostId): string => path.join(folder, `clock-${host}`);
  mkdirSync(folder, { recursive: true });
  for (const host of hosts) writeFileSync(fileOf(host), '0');
  return {
    step(host, byMs) {
      writeFileSync(fileOf(host), String(byMs));
      return () => writeFileSync(fileOf(host), '0');
    },
    of: (host) => ({ args: ['--import', module], env: { SLIPWAY_CRASH_CLOCK: fileOf(host) } }),
  };
}
