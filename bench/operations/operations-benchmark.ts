import { disturb, type AnyScenarioName } from '../../agent/testing/operations/disturb.ts';
import type { Findings } from '../../agent/testing/operations/enumerate.ts';
import { identityScenarioNames } from '../../agent/testing/operations/identity-scenarios.ts';
import { scenarioNames } from '../../agent/testing/operations/scenarios.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';

export interface OperationsOptions extends CommonOptions {
  /** Scenarios that are tried beside each other, in a process each. */
  readonly together: number;
  /** Those whose name, as in `revert kill`, holds this. */
  readonly only?: string;
}

type Pair = readonly [scenario: AnyScenarioName, how: string];
type Row = Findings & { readonly how: string; readonly seconds: number };

const everywhere = ['kill', 'fail', 'fail-late', 'full', 'inodes', 'power'] as const;

/** Without an inode nothing is installed for the first time. Damage is done to a host that has all there is. */
const pairs: readonly Pair[] = [
  ...[...scenarioNames, ...identityScenarioNames].flatMap((scenario) =>
    everywhere.filter((how) => scenario !== 'first' || how !== 'inodes').map((how): Pair => [scenario, how]),
  ),
  ['undo', 'damage'],
  ['undo', 'damage-boot'],
];

/** Every scenario, disturbed in every way at every operation, to its end. */
export async function operationsBenchmark(
  { say, signal }: Bench,
  { together, only = '' }: OperationsOptions,
): Promise<Measured> {
  const startedAt = performance.now();
  const waiting = pairs.filter((pair) => pair.join(' ').includes(only));
  const rows: Row[] = [];
  const next = async (): Promise<void> => {
    for (let pair = waiting.shift(); pair !== undefined && !signal.aborted; pair = waiting.shift()) {
      const row = await measure(pair);
      rows.push(row);
      say(lineOf(row));
    }
  };
  await Promise.all(Array.from({ length: together }, next));
  const sum = (figure: (row: Row) => number): number => rows.reduce((total, row) => total + figure(row), 0);
  return {
    ok: rows.length > 0 && rows.every(({ broken }) => broken.length === 0),
    scenarios: new Set(rows.map(({ scenario }) => scenario)).size,
    runs: sum(({ runs }) => runs),
    broken: sum(({ broken }) => broken.length),
    seconds: seconds(startedAt),
    rows: rows.map(({ broken, ...row }) => ({ ...row, broken: broken.map((rule) => rule.slice(0, 500)) })),
  };
}

async function measure([scenario, how]: Pair): Promise<Row> {
  const startedAt = performance.now();
  const findings = await disturb(scenario, how);
  return { ...findings, how, seconds: seconds(startedAt) };
}

function lineOf({ scenario, how, operations, runs, broken, seconds: took }: Row): string {
  const rules = broken.map((rule) => `\n    ${rule.slice(0, 500)}`).join('');
  return `${scenario} ${how}: ${operations} operations, ${runs} hosts, ${broken.length} broken, ${took} s${rules}`;
}

const seconds = (sinceMs: number): number => Math.round((performance.now() - sinceMs) / 100) / 10;
