import { distributionOf } from '../frame/distribution.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { measureUndo, type UndoRun } from './measure-undo.ts';

export interface UndoOptions extends CommonOptions {
  readonly runs: number;
  readonly regions: number;
  /** In each region. */
  readonly hosts: number;
}

/** How soon every host is back when the last one that switched finds the release bad. On a stack each: a lane is locked after it. */
export async function undoBenchmark(bench: Bench, { runs, regions, hosts }: UndoOptions): Promise<Measured> {
  const undos: UndoRun[] = [];
  while (undos.length < runs) undos.push(await bench.onStack({ regions, hosts }, (stack) => measureUndo(bench, stack)));
  const figures = {
    foundBadToAllBack: distributionOf(undos.map(({ allBackMs }) => allBackMs)),
    foundBadToRecordedEnd: distributionOf(undos.map(({ endedMs }) => endedMs)),
  };
  const rows = undos.map(({ badHost, hostsBack, allBackMs, endedMs, outcome }) => [
    badHost,
    hostsBack,
    allBackMs,
    endedMs,
    outcome,
  ]);
  for (const line of tableLines(['bad on', 'hosts back', 'found bad → all back, ms', '→ ended, ms', 'outcome'], rows))
    bench.say(line);
  return { ok: undos.every(({ outcome }) => outcome === 'undone'), ...figures, runs: undos };
}
