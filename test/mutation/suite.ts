import { addEventHandler, getState, resetState, run, setState } from 'jest-circus';
import type { Event, State } from 'jest-circus';

/** The tests of one file, loaded. */
export interface Suite {
  readonly file: string;
  readonly state: State;
  readonly tests: readonly SuiteTest[];
}

export interface SuiteTest {
  /** Tests of one file with the same name have the same id. */
  readonly id: string;
  readonly name: string;
  readonly entry: TestEntry;
}

export interface TestRun {
  readonly test: SuiteTest;
  readonly failure: string | null;
  readonly ms: number;
}

type Block = State['rootDescribeBlock'];
type TestEntry = Extract<Block['children'][number], { type: 'test' }>;

let running: { readonly began: (test: TestEntry) => void; readonly ended: (test: TestEntry) => void } | null = null;

addEventHandler((event: Event) => {
  if (event.name === 'test_started') running?.began(event.test);
  if (event.name === 'test_done') running?.ended(event.test);
});

/** Loads a file's tests. One at a time: Jest's words write what they are told into one place. */
export async function loadSuite(file: string, load: () => Promise<void>): Promise<Suite> {
  resetState();
  const state = getState();
  await load();
  const tests = entriesOf(state.rootDescribeBlock).map((entry) => {
    const name = nameOf(entry);
    return { id: `${file} › ${name}`, name, entry };
  });
  return { file, state, tests };
}

/**
 * Runs those tests of a suite that are wanted, in the same modules each time, until one fails where `bail` says so.
 * `began` hears of each before it runs.
 */
export async function runSuite(
  suite: Suite,
  { wanted, bail, began }: { wanted: (id: string) => boolean; bail: boolean; began: (id: string) => void },
): Promise<readonly TestRun[]> {
  const byEntry = new Map(suite.tests.map((test) => [test.entry, test]));
  const modes = new Map(suite.tests.map(({ entry }) => [entry, entry.mode]));
  for (const { id, entry } of suite.tests) {
    entry.errors = [];
    if (!wanted(id)) entry.mode = 'skip';
  }
  const runs: TestRun[] = [];
  running = {
    began: (entry) => began(byEntry.get(entry)!.id),
    ended: (entry) => {
      const failure = entry.errors.length === 0 ? null : textOf(entry.errors[0]);
      runs.push({ test: byEntry.get(entry)!, failure, ms: entry.duration ?? 0 });
      if (failure !== null && bail) for (const each of suite.tests) each.entry.mode = 'skip';
    },
  };
  try {
    setState(suite.state);
    await run();
  } finally {
    running = null;
    for (const [entry, mode] of modes) entry.mode = mode;
  }
  return runs;
}

function entriesOf(block: Block): readonly TestEntry[] {
  return block.children.flatMap((child) => (child.type === 'test' ? [child] : entriesOf(child)));
}

function nameOf(entry: TestEntry): string {
  const names = [entry.name];
  for (let block: Block | undefined = entry.parent; block?.parent !== undefined; block = block.parent)
    names.unshift(block.name);
  return names.join(' › ');
}

function textOf(error: unknown): string {
  const thrown: unknown = Array.isArray(error) ? error[0] : error;
  return thrown instanceof Error ? thrown.message : String(thrown);
}
