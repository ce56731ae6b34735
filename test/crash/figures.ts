import { renameSync, writeFileSync } from 'node:fs';
import type { BrokenPromise } from './promises/broken-promises.ts';
import type { StuckRun } from './run/describe-stuck.ts';
import type { RunResult } from './run/run-scenario.ts';
import type { Killed } from './run/killer.ts';

/** One run as it stands in the file. */
export interface RunRow {
  readonly run: number;
  /** What was to happen, in words. */
  readonly scenario: string;
  readonly killed: readonly Killed[];
  /** `null`: it was stuck. */
  readonly result: Omit<RunResult, 'killed' | 'after'> | null;
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
  /** Runs that were not over two minutes after their last kill. */
  readonly stuck: number;
  readonly broken: readonly (BrokenPromise & { readonly run: number })[];
  /** Runs in which a person had to let a held deployment go on. */
  readonly held: number;
  /** Runs that were over before the moment of their first kill came. */
  readonly unharmed: number;
  /** How often each kind of program was killed. */
  readonly kills: Readonly<Record<string, number>>;
  /** How often runs ended so. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The longest that a run still took after its last kill. */
  readonly slowestRecoveryMs: number;
  /** Programs that the supervisor started again, the killed ones included. */
  readonly restarts: number;
  readonly rows: readonly RunRow[];
}

export function figuresOf(
  seed: number,
  rows: readonly RunRow[],
  restarts: number,
  secrets: readonly string[],
): CrashFigures {
  const results = rows.flatMap(({ result }) => (result === null ? [] : [result]));
  const merged = (fate: RunResult['merged']): number => results.filter((result) => result.merged === fate).length;
  const ofRuns = rows.flatMap(({ run, result }) => (result?.broken ?? []).map((broken) => ({ run, ...broken })));
  const broken = [...ofRuns, ...secrets.map((sentence) => ({ run: 0, promise: 12, sentence }))];
  const stuck = rows.length - results.length;
  return {
    ok: rows.length > 0 && stuck === 0 && broken.length === 0,
    seed,
    runs: rows.length,
    lost: merged('lost'),
    doubled: merged('doubled'),
    stuck,
    unharmed: rows.filter(({ killed }) => killed.length === 0).length,
    held: results.filter(({ resumed }) => resumed > 0).length,
    broken,
    kills: countBy(rows.flatMap(({ killed }) => killed.map(({ victim }) => programOf(victim)))),
    outcomes: countBy(results.map(({ outcomes }) => outcomes.join(', then '))),
    slowestRecoveryMs: Math.max(0, ...results.map(({ recoveryMs }) => recoveryMs ?? 0)),
    restarts,
    rows,
  };
}

export function writeFigures(file: string, figures: CrashFigures): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(figures, null, 2)}\n`);
  renameSync(`${file}.tmp`, file);
}

/** `agent-eu-west-1` → `agent` */
const programOf = (victim: string): string => /^(region-worker|gateway|agent|keeper)-/.exec(victim)?.[1] ?? victim;

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name)]
      .map(([name, all]) => [name, all.length] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
