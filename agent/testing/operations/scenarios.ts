import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkout, type TestGoalInput, type TestRegion } from '../test-region.ts';
import type { TestRelease } from '../test-release.ts';
import type { FileOperation } from './file-operation.ts';
import { agentToldToGoBack, rollbackAlone, type Program } from './programs.ts';

export const scenarioNames = [
  'first',
  'update',
  'many',
  'finish',
  'revert',
  'undo',
  'rollback',
  'rollback-alone',
  'mend',
] as const;
/** The end of `revert`, for who has no time for what `update` has, too. */
const ends = ['going-back'] as const;
export type ScenarioName = (typeof scenarioNames)[number] | (typeof ends)[number];

/** One thing that a goal makes an agent do, from a host at rest to a host at rest. */
export interface Scenario {
  /** Taken up one after the other before anything is counted. */
  readonly before: readonly Stage[];
  readonly under: Stage;
  /** What may run while the agent is at it; `null`: nothing ran before. */
  readonly allowed: readonly (TestRelease | null)[];
  /** A release that fails its health. */
  readonly bad: TestRelease | null;
  /** What does it, where it isn't an agent that has heard of a goal. */
  readonly program?: Program;
  /** Whether nothing but space on disk is needed to do it. */
  readonly fetches?: boolean;
  /** What somebody changed in the tree of what runs, which the agent is to mend. */
  readonly edit?: Edit;
  /** Disturbed from this operation on; what is before it is as in another scenario. */
  readonly from?: (operation: FileOperation) => boolean;
}

export interface Edit {
  change(root: string): void;
  /** Between two looks at the tree. */
  readonly lookMs: number;
  /** What is wrong with the release until it is mended, in the words of host-on-disk.ts. */
  readonly damage: string;
}

/** A goal, and what a host looks like that has done what it asks. */
export interface Stage {
  readonly goal: TestGoalInput;
  readonly runs: TestRelease;
  /** Where `previous` points and which releases are on disk; not looked at unless given. */
  readonly previous?: TestRelease;
  readonly onDisk?: readonly TestRelease[];
  /** Where an operator has pinned it to. */
  readonly pinned?: TestRelease;
}

export function scenarioOf(name: ScenarioName, region: TestRegion): Scenario {
  const health = { startPeriodMs: 100, intervalMs: 50, timeoutMs: 2_000 };
  const publish = (number: number, config: Parameters<TestRegion['publish']>[0]['config'] = {}): TestRelease =>
    region.publish({ number, config: { ...health, startPeriodMs: 10_000, ...config }, files: filesOf(number) });
  const [first, second, third] = [publish(1), publish(2), publish(3)];
  const bad = publish(4, health);
  const one: Stage = { goal: { deployment: 1, generation: 10, base: first }, runs: first };
  const two: Stage = { goal: { deployment: 2, generation: 20, base: first, next: second }, runs: second };
  const finished: Stage = {
    goal: { deployment: 2, generation: 21, base: second, step: 'finish' },
    runs: second,
    previous: first,
  };
  const three: Stage = { goal: { deployment: 3, generation: 30, base: second, next: third }, runs: third };
  switch (name) {
    case 'first':
      return { before: [], under: one, allowed: [null, first], bad: null, fetches: true };
    case 'update':
      return { before: [one], under: two, allowed: [first, second], bad: null, fetches: true };
    case 'many': {
      const many = region.publish({ number: 5, config: health, files: manyFiles });
      return {
        before: [one],
        under: { goal: { deployment: 2, generation: 20, base: first, next: many }, runs: many },
        allowed: [first, many],
        bad: null,
        fetches: true,
        from: ({ kind, path }) => kind === 'rmdir' && path.endsWith('/parts'),
      };
    }
    case 'finish':
      return {
        before: [one, two, finished, three],
        under: {
          goal: { deployment: 3, generation: 31, base: third, step: 'finish' },
          runs: third,
          previous: second,
          onDisk: [second, third],
        },
        allowed: [third],
        bad: null,
      };
    case 'revert':
    case 'going-back':
      return {
        before: [one],
        under: { goal: { deployment: 2, generation: 20, base: first, next: bad }, runs: first },
        allowed: [first, bad],
        bad,
        fetches: true,
        ...(name === 'going-back' && { from: ({ path }) => path.endsWith('/.current.tmp') }),
      };
    case 'undo':
      return {
        before: [one, two],
        under: { goal: { deployment: 2, generation: 22, base: first, next: second, mode: 'undo' }, runs: first },
        allowed: [first, second],
        bad: null,
      };
    case 'rollback':
      return {
        before: [one, two, finished],
        under: { ...finished, runs: first, pinned: first },
        allowed: [first, second],
        bad: null,
        program: agentToldToGoBack,
      };
    case 'rollback-alone':
      return {
        before: [one, two],
        under: { ...two, runs: first, pinned: first },
        allowed: [first, second],
        bad: null,
        program: rollbackAlone,
      };
    case 'mend':
      return {
        before: [one, two, finished],
        under: finished,
        allowed: [first, second],
        bad: null,
        fetches: true,
        edit: editOf(second),
        from: ({ path }) => path.includes('/staging/'),
      };
  }
}

/** A file with a twin: its bytes are on the disk. */
const editOf = ({ digest, number }: TestRelease): Edit => ({
  change(root) {
    const releases = path.join(root, 'services', checkout, 'releases');
    const file = path.join(releases, digest.slice('sha256:'.length), 'tree/assets/number.txt');
    chmodSync(file, 0o644);
    writeFileSync(file, 'edited');
    chmodSync(file, 0o444);
  },
  lookMs: 100,
  damage: `${number}: assets/number.txt has other content (6 bytes)`,
});

/** Each way in which a file comes to disk: fetched, from a seed, a twin, empty, a link, a program. */
const filesOf = (number: number): Readonly<Record<string, string>> => ({
  'server.mjs': '// the same in each release',
  'run.sh': `exit ${number}\n`,
  'assets/number.txt': `release ${number}\n`,
  'assets/twin.txt': `release ${number}\n`,
  empty: '',
  latest: '-> assets/number.txt',
});

/** More than are synced one by one. Links take one operation each, and are all alike. */
const manyFiles: Readonly<Record<string, string>> = {
  'server.mjs': '// the same in each release',
  'bulk/target': 'what all point to',
  ...Object.fromEntries(Array.from({ length: 260 }, (_, index) => [`bulk/link-${index}`, '-> target'])),
};
