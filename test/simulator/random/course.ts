import type { Random } from '../engine/random.ts';
import type { Broken } from '../promises/notice.ts';
import type { World } from '../world/world.ts';
import type { Scenario } from './scenario.ts';

/** What lines about events are made of. */
type Word = string | number | object | null | undefined;

/** One seed while it runs. */
export interface Course {
  readonly world: World;
  readonly random: Random;
  readonly scenario: Scenario;
  /** Counts keys, commits and hosts that were made up. */
  made: number;
  /** Commits of the branch so far, the head last. */
  commits: string[];
  moves: Set<string>;
  /** How often people were asked to decide about a deployment. */
  readonly asked: Map<number, number>;
  broken: Broken | null;
  /** What happened, newest last; formatted only when somebody wants to read it. */
  readonly happened: (readonly Word[])[];
}

export function note({ happened }: Course, ...what: readonly Word[]): void {
  happened.push(what);
}

/** The last events as lines of text. */
export const linesOf = ({ happened }: Pick<Course, 'happened'>, most = Infinity): readonly string[] =>
  happened.map((what, at) => `${at + 1} ${what.map(textOf).join(' ')}`).slice(-Math.min(most, happened.length));

const textOf = (word: Word): string => (typeof word === 'object' ? JSON.stringify(word) : `${word}`);
