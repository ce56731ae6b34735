import { readFileSync } from 'node:fs';
import type { HostState } from '../../../domain/host/service-state.ts';
import type { Digest, HostId, ServiceName } from '../../../domain/names.ts';
import type { Running } from '../verdict/run-end.ts';

/** What a host really does, written down by the process that it lives in: a line each time it changes. */
export interface Truth {
  readonly truth: true;
  readonly host: HostId;
  readonly atMs: number;
  readonly runs: Running;
  readonly isWell: boolean;
  /** `away`: it has left; what it ran goes on, or doesn't, unseen. */
  readonly is: 'here' | 'away' | 'back';
}

/** Its service on one host: what is running, by the releases that it brings. */
export function runningOf(
  { services }: HostState,
  service: ServiceName,
  { first, second }: { readonly first: Digest | null; readonly second: Digest | null },
): Pick<Truth, 'runs' | 'isWell'> {
  const state = services.get(service);
  const release = state?.instance?.release ?? null;
  const isWell = state?.health?.phase === 'healthy' && state.instance?.release === state.current;
  if (release === null) return { runs: 'nothing', isWell };
  return { runs: release === second ? 'second' : release === first ? 'first' : 'other', isWell };
}

/** All that was written so far, by host, oldest first. */
export function readTruths(file: string): ReadonlyMap<string, readonly Truth[]> {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1); // the last line is still being written
  const truths = lines.filter((line) => line.startsWith('{"truth":')).map((line) => JSON.parse(line) as Truth);
  return Map.groupBy(truths, ({ host }) => host);
}
