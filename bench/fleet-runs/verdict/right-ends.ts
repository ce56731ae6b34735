import { failuresAllowed } from '../../../domain/goal/judge.ts';
import { switchedBy } from '../scenario/draw-run.ts';
import type { FleetRun } from '../scenario/scenario.ts';
import { fateOf, type HostFate } from './host-fate.ts';

/** How a run may end by the rules (docs/goal-protocol.md §5, docs/design.md §5). Nearly always in one way. */
export interface RightEnds {
  readonly outcomes: readonly ('succeeded' | 'undone')[];
  /** Whether a person may be asked, as the world may look bad too. */
  readonly mayHold: boolean;
  /** The batch in which it has to be stopped; `null` where it need not. No batch after it may begin. */
  readonly stopsBy: number | null;
  /** Whether the region may owe its undo when the deployment ends. */
  readonly mayOwe: boolean;
}

/** `act`: whether a person has stopped it. */
export function rightEnds(run: FleetRun, act: 'none' | 'made'): RightEnds {
  const hosts = run.hosts.map((host) => fateOf(host, run));
  const batches = run.batches.map((_, index) => countBatch(run, hosts, index));
  const must = batches.findIndex(({ least, allowed }) => least > allowed.most);
  const may = batches.some(({ most, allowed }) => most > allowed.least);
  const isStopped = act === 'made' || must >= 0;
  return {
    outcomes: isStopped ? ['undone'] : may ? ['succeeded', 'undone'] : ['succeeded'],
    mayHold: batches.some((batch) => batch.most > batch.allowed.least && batch.mayLookBad),
    stopsBy: must < 0 ? null : must + 1,
    mayOwe: (isStopped || may) && hosts.some(({ holdsUpUndo }) => holdsUpUndo),
  };
}

interface CountedBatch {
  /** Failed and lost hosts until it is over, with those of batches before. */
  readonly least: number;
  readonly most: number;
  readonly allowed: { readonly least: number; readonly most: number };
  readonly mayLookBad: boolean;
}

/** Hosts that may be absent shift its bounds: whoever is behind them in the order may come a batch sooner. */
function countBatch(run: FleetRun, hosts: readonly HostFate[], index: number): CountedBatch {
  const reach = (at: number): Reach => (at < 0 ? nobody : reachOf(run.batches[at]!, hosts));
  const [here, before] = [reach(index), reach(index - 1)];
  const failsSurely = ({ fails }: HostFate, at: number): boolean =>
    here.surely(at) && (fails === 'surely' || (fails === 'first' && !before.perhaps(at)));
  const mayFail = ({ fails }: HostFate, at: number): boolean => here.perhaps(at) && fails !== 'never';
  const untouched = hosts.filter((_, at) => !here.surely(at));
  const well = hosts.filter(({ looksSick, mayBeAbsent }, at) => !here.perhaps(at) && !looksSick && !mayBeAbsent);
  const sick = untouched.filter(({ looksSick }) => looksSick).length;
  const percent = run.budgetPercent;
  return {
    least: hosts.filter(failsSurely).length,
    most: hosts.filter(mayFail).length,
    allowed: index === 0 ? { least: 0, most: 0 } : allowedOf(percent, here, hosts),
    mayLookBad: sick > Math.floor(((sick + well.length) * percent) / 100),
  };
}

/** As in the run's spec. */
export const cap = 50;

function allowedOf(failedPercent: number, { least, most }: Reach, hosts: readonly HostFate[]) {
  const returned = hosts.filter(({ mayBeAbsent }) => mayBeAbsent).length;
  const of = (switched: number): number => failuresAllowed({ failedPercent, cap }, switched);
  return { least: of(least), most: of(Math.min(hosts.length, most + returned)) };
}

/** Which places of the order a batch reaches, with those before it. */
interface Reach {
  readonly least: number;
  readonly most: number;
  surely(at: number): boolean;
  perhaps(at: number): boolean;
}

const nobody: Reach = { least: 0, most: 0, surely: () => false, perhaps: () => false };

function reachOf(batch: FleetRun['batches'][number], hosts: readonly HostFate[]): Reach {
  const absent = hosts.filter(({ mayBeAbsent }) => mayBeAbsent).length;
  const [least, most] = [switchedBy(batch, hosts.length - absent), switchedBy(batch, hosts.length)];
  const before = absentBefore(hosts);
  return {
    least,
    most,
    // Of all that are there it is all, whoever is not.
    surely: (at) => at < least || (batch === '100%' && hosts[at]!.isThereInTurn),
    perhaps: (at) => at - before[at]! < most,
  };
}

/** By place: how many before it may be absent. */
function absentBefore(hosts: readonly HostFate[]): readonly number[] {
  let absent = 0;
  return hosts.map(({ mayBeAbsent }) => (mayBeAbsent ? absent++ : absent));
}
