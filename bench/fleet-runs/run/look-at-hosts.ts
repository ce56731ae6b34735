import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { positionOf } from '../../../protocol/position.ts';
import { readTruths, type Truth } from '../hosts/truth.ts';
import type { FleetRun, RunHost } from '../scenario/scenario.ts';
import { rightReleases } from '../verdict/judge-run.ts';
import type { HostEnd, RunEnd } from '../verdict/run-end.ts';

/** By what the hosts' process has written down. */
export type SeenHost = Omit<HostEnd, 'switches'> & { readonly isRight: boolean };

export function hostsAtEnd(
  run: FleetRun,
  logFile: string,
  ended: Pick<RunEnd, 'outcome' | 'act'>,
): readonly SeenHost[] {
  const truths = readTruths(logFile);
  return run.hosts.map((host) => {
    const seen = seenOf(host, run, truths.get(host.host) ?? []);
    const isGone = host.way.kind === 'away' && host.way.until === 'never' && seen.isAway;
    return { ...seen, isRight: isGone || (!seen.isAway && rightReleases(host, run, ended).includes(seen.runs)) };
  });
}

function seenOf({ host, way }: RunHost, { service }: FleetRun, truths: readonly Truth[]): Omit<SeenHost, 'isRight'> {
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
