import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { positionOf } from '../../../protocol/position.ts';
import { readTruths, type Truth } from '../hosts/truth.ts';
import type { FleetRun, RunHost } from '../scenario/scenario.ts';
import type { HostEnd } from '../verdict/run-end.ts';

/** By what the hosts' process has written down. */
export type SeenHost = Omit<HostEnd, 'switches'>;

/** In the run's order. */
export function hostsAtEnd(run: FleetRun, logFile: string): readonly SeenHost[] {
  const truths = readTruths(logFile);
  return run.hosts.map((host) => seenOf(host, run, truths.get(host.host) ?? []));
}

function seenOf({ host, way }: RunHost, { service }: FleetRun, truths: readonly Truth[]): SeenHost {
  const last = truths.at(-1);
  const isAway = last === undefined ? way.kind === 'away' && way.from === 'start' : last.is === 'away';
  return {
    host,
    position: positionOf(serviceName(service), deploymentNumber(2), host),
    runs: last?.runs ?? 'nothing',
    sinceMs: since(truths),
    isAway,
    touched: truths.some(({ runs }) => runs === 'second'),
    returnedAtMs: truths.find(({ is }) => is === 'back')?.atMs ?? null,
  };
}

/** Of the last stretch in which it ran what it runs at the end. */
function since(truths: readonly Truth[]): number {
  const last = truths.at(-1);
  const other = truths.findLastIndex(({ runs, is }) => runs !== last?.runs || is !== last.is);
  return truths[other + 1]?.atMs ?? 0;
}
