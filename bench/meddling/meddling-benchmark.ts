import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { allCases, nameOf, type MeddlingCase } from './cases.ts';
import type { EndedCase } from './ended-case.ts';
import { freezeInTurn } from './frozen-region.ts';
import { runCase } from './run-case.ts';
import { layTrack, type Track } from './track.ts';

export interface MeddlingOptions extends CommonOptions {
  readonly regions: number;
  /** Real ones, in each region. */
  readonly hosts: number;
  /** Cases that go on beside each other, on a service each. */
  readonly together: number;
  /** To both workflow tasks at each point. */
  readonly everyReset: boolean;
  /** Of which the name holds this; all unless given. */
  readonly only?: string;
}

/** A case that broke off: something did not come in time, or was refused. */
interface BrokenCase {
  readonly case: string;
  readonly faults: readonly string[];
}

type Result = EndedCase | BrokenCase;

/** What somebody does to lanes and deployments in Temporal's Web UI: each ends rightly, and says so. */
export const meddlingBenchmark = (bench: Bench, options: MeddlingOptions): Promise<Measured> =>
  bench.onStack({ regions: options.regions, hosts: options.hosts }, async (stack) => {
    const { only = '', everyReset } = options;
    const cases = allCases(everyReset).filter((each) => nameOf(each).includes(only));
    if (cases.length === 0) throw new Error(`no case has "${only}" in its name`);
    const results = await runAll(bench, stack, cases, options.together);
    show(bench, results);
    const right = results.filter(({ faults }) => faults.length === 0).length;
    bench.say(`${right} of ${cases.length} cases came out right`);
    return { ok: right === cases.length, right, cases: results };
  });

async function runAll(
  bench: Bench,
  stack: BenchStack,
  cases: readonly MeddlingCase[],
  together: number,
): Promise<readonly Result[]> {
  const left = [...cases.entries()];
  const results = new Map<number, Result>();
  const freeze = freezeInTurn(stack);
  const goOn = async (_: unknown, number: number): Promise<void> => {
    let service = `meddled-${number + 1}`;
    let track: Track | null = null;
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, given] = next;
      const result = await runOne(bench, given, `case-${index + 1}`, async () => {
        track ??= await layTrack(stack, service, { signal: bench.signal, freeze });
        return track;
      });
      results.set(index, result);
      bench.say(`  ${result.faults.length === 0 ? 'right' : 'WRONG'}: ${result.case}`);
      if (result.faults.length === 0) continue;
      // What came out wrong may stand in the way of the next.
      track = null;
      service = `${service}-b`;
    }
  };
  await Promise.all(Array.from({ length: Math.min(together, cases.length) }, goOn));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}

async function runOne(
  { signal }: Bench,
  given: MeddlingCase,
  key: string,
  trackOf: () => Promise<Track>,
): Promise<Result> {
  try {
    return await runCase(await trackOf(), key, given);
  } catch (error) {
    signal.throwIfAborted();
    return { case: nameOf(given), faults: [`it broke off: ${(error as Error).message}`] };
  }
}

function show({ say }: Bench, results: readonly Result[]): void {
  const head = ['somebody, in Temporal', 'ended', 's', 'hosts', "the lane's next", ''];
  const rows = results.map((result) =>
    'hosts' in result
      ? [
          result.case,
          result.deployments.map(({ outcome }) => outcome).join(', ') || '-',
          result.endedMs === null ? null : result.endedMs / 1000,
          result.hosts,
          `${result.next.outcome}, ${result.hostsAfterNext}`,
          verdict(result),
        ]
      : [result.case, '-', null, '-', '-', verdict(result)],
  );
  say('');
  for (const line of tableLines(head, rows)) say(line);
  for (const result of results) {
    say(`\n${result.case}`);
    for (const line of linesOf(result)) say(`  ${line}`);
  }
}

const verdict = ({ faults }: Result): string => (faults.length === 0 ? 'right' : 'WRONG');

const linesOf = (result: Result): readonly string[] => [
  ...('hosts' in result
    ? [
        ...result.deployments.map(({ deployment, outcome, reason }) => `${deployment} ${outcome}: ${reason}`),
        ...result.waits.map((wait) => `waits: ${wait}`),
        ...result.told.map(({ object, verb, text }) => `told of ${object} (${verb}): ${text}`),
      ]
    : []),
  ...result.faults.map((fault) => `WRONG: ${fault}`),
];
