import { renameSync, writeFileSync } from 'node:fs';
import type { Harmed } from './harm/carry-out.ts';
import type { BrokenPromise } from './promises/broken-promises.ts';
import type { MergeFate } from './promises/one-deployment-a-merge.ts';
import type { StuckRun } from './run/describe-stuck.ts';
import type { RunResult } from './run/run-scenario.ts';
import type { Shape } from './scenario/scenario.ts';

/** One run as it stands in the file. */
export interface RunRow {
  readonly run: number;
  readonly shape: Shape;
  /** What was to happen, in words. */
  readonly scenario: string;
  readonly harmed: readonly Harmed[];
  /** `null`: it was stuck. */
  readonly result: Omit<RunResult, 'harmed' | 'after'> | null;
  readonly stuck: StuckRun | null;
}

/** What `--json` writes. */
export interface CrashFigures {
  readonly ok: boolean;
  readonly seed: number;
  readonly runs: number;
  /** Merges that were accepted and became no deployment; that became more than one. */
  readonly lost: number;
  readonly doubled: number;
  /** Runs that were not over two minutes after their last fault. */
  readonly stuck: number;
  readonly broken: readonly (BrokenPromise & { readonly run: number })[];
  /** Runs in which a person had to let a held deployment go on. */
  readonly held: number;
  /** Runs that were over before the moment of their first fault came. */
  readonly unharmed: number;
  readonly shapes: Readonly<Record<string, number>>;
  /** How often each kind of fault was made, and of what: `kill agent`, `fill host`, `terminate the lane`. */
  readonly faults: Readonly<Record<string, number>>;
  /** The same by the state of the deployment that was active: `{ "undoing": { "terminate the undos": 2 } }`. */
  readonly faultsByPhase: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How often runs ended so. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The longest that a run still took after its last fault was over. */
  readonly slowestRecoveryMs: number;
  /** Programs that the supervisor started again, the killed ones included. */
  readonly restarts: number;
  readonly wallMs: number;
  readonly rows: readonly RunRow[];
}

/** What was found on the way, beside the runs. */
export interface Around {
  readonly seed: number;
  readonly restarts: number;
  /** Secrets that were seen where they must not be. */
  readonly leaks: readonly string[];
  readonly wallMs: number;
}

export function figuresOf(rows: readonly RunRow[], { seed, restarts, leaks, wallMs }: Around): CrashFigures {
  const results = rows.flatMap(({ result }) => (result === null ? [] : [result]));
  const fates = results.flatMap(({ merged }) => merged);
  const merged = (fate: MergeFate): number => fates.filter((each) => each === fate).length;
  const ofRuns = rows.flatMap(({ run, result }) => (result?.broken ?? []).map((broken) => ({ run, ...broken })));
  const broken = [...ofRuns, ...leaks.map((sentence) => ({ run: 0, promise: 12, sentence }))];
  const stuck = rows.length - results.length;
  const harmed = rows.flatMap((row) => row.harmed);
  return {
    ok: rows.length > 0 && stuck === 0 && broken.length === 0,
    seed,
    runs: rows.length,
    lost: merged('lost'),
    doubled: merged('doubled'),
    stuck,
    broken,
    held: results.filter(({ duties }) => duties.resumed > 0).length,
    unharmed: rows.filter(({ harmed }) => harmed.length === 0).length,
    shapes: countBy(rows.map(({ shape }) => shape)),
    faults: countBy(harmed.map(faultName)),
    faultsByPhase: mapBy(
      harmed,
      ({ phase }) => phase,
      (ofPhase) => countBy(ofPhase.map(faultName)),
    ),
    outcomes: countBy(results.map(({ outcomes }) => outcomes.join(', then '))),
    slowestRecoveryMs: Math.max(0, ...results.map(({ recoveryMs }) => recoveryMs ?? 0)),
    restarts,
    wallMs,
    rows,
  };
}

export function writeFigures(file: string, figures: CrashFigures): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(figures, null, 2)}\n`);
  renameSync(`${file}.tmp`, file);
}

/** Without which one of many it was: `kill agent` */
function faultName({ kind, on, what }: Harmed): string {
  if (kind === 'terminate' || kind === 'deliver-again') return what;
  if (kind === 'late-steps') return 'take steps again';
  if (kind === 'cut' || kind === 'step-clock') return kind;
  return `${kind} ${/^(region-worker|gateway|agent|keeper|host|store)-/.exec(on)?.[1] ?? on}`;
}

const countBy = (names: readonly string[]): Record<string, number> =>
  mapBy(
    names,
    (name) => name,
    ({ length }) => length,
  );

/** In order of the names. */
const mapBy = <Item, Value>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  valueOf: (items: readonly Item[]) => Value,
): Record<string, Value> =>
  Object.fromEntries(
    [...Map.groupBy(items, nameOf)]
      .map(([name, all]) => [name, valueOf(all)] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
