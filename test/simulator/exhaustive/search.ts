/** Breadth first through all courses of events within bounds, so that a violation is found by its shortest course. */
import { brokenNow } from '../promises/always.ts';
import { brokenAtTheEnd, whatIsOpen } from '../promises/at-the-end.ts';
import type { Broken } from '../promises/notice.ts';
import { copyWorld } from '../world/copy.ts';
import type { World } from '../world/world.ts';
import type { Bounds, SearchOptions } from './bounds.ts';
import { keyOf } from './key.ts';
import { movesOf } from './moves.ts';
import type { Move } from './moves.ts';
import { settle } from './settle.ts';
import { startWorld } from './start.ts';

export interface SearchResult {
  /** All states within the bounds were seen. */
  readonly complete: boolean;
  readonly states: number;
  readonly transitions: number;
  /** Moves of the longest course that was needed to reach a state. */
  readonly depth: number;
  /** Courses that came to an end at which nothing was left to do. */
  readonly ends: number;
  readonly broken: (Broken & { readonly trace: readonly string[] }) | null;
}

interface State {
  readonly world: World;
  readonly key: number;
  readonly left: Bounds;
  readonly depth: number;
  readonly from: Step | null;
}

/** How a state was reached; shared by all that were reached through it. */
interface Step {
  readonly label: string;
  readonly before: Step | null;
}

export function search({ bounds, decisions, mostStates }: SearchOptions): SearchResult {
  const found: { broken: Broken | null } = { broken: null };
  const start = startState(startWorld(decisions, found), bounds);
  const seen = new Set<number>([start.key]);
  let [level, transitions, depth, ends]: [State[], number, number, number] = [[start], 0, 0, 0];
  const result = (complete: boolean, broken: SearchResult['broken']): SearchResult => ({
    complete,
    states: seen.size,
    transitions,
    depth,
    ends,
    broken,
  });
  while (level.length > 0) {
    const next: State[] = [];
    for (const state of level) {
      const moves = movesOf(state.world, state.left);
      let goesOn = false;
      for (const move of moves) {
        const after = takeMove(state, move);
        transitions += 1;
        found.broken ??= brokenNow(after.world);
        if (found.broken !== null) return result(false, { ...found.broken, trace: traceOf(after.from) });
        goesOn ||= move.costs === null && after.key !== state.key;
        if (seen.has(after.key)) continue;
        seen.add(after.key);
        next.push(after);
      }
      if (goesOn) continue;
      const stuck = whyNotOver(state.world);
      if (stuck !== null) return result(false, { ...stuck, trace: traceOf(state.from) });
      ends += 1;
    }
    if (seen.size > mostStates) return result(false, null);
    if (next.length > 0) depth += 1;
    level = next;
  }
  return result(true, null);
}

/** The first merge is brought everywhere before anything else happens. */
function startState(world: World, bounds: Bounds): State {
  settle(world);
  let state: State = { world, key: keyOf(world, bounds), left: bounds, depth: 0, from: null };
  while (whatIsOpen(state.world) !== null) {
    const { key } = state;
    const moved = movesOf(state.world, bounds)
      .filter(({ costs }) => costs === null)
      .map((move) => takeMove(state, move))
      .find((after) => after.key !== key);
    if (moved === undefined) throw new Error(`the first deployment stands still: ${whatIsOpen(state.world)}`);
    state = moved;
  }
  return { ...state, depth: 0, from: null };
}

function takeMove({ world, left, depth, from }: State, { label, costs, make }: Move): State {
  const copy = copyWorld(world);
  make(copy);
  settle(copy);
  const rest = costs === null ? left : { ...left, [costs]: left[costs] - 1 };
  return { world: copy, key: keyOf(copy, rest), left: rest, depth: depth + 1, from: { label, before: from } };
}

/** Where nothing goes on by itself, all must be over; but a region that was held from inside finishes by the next deployment. */
function whyNotOver(world: World): Broken | null {
  const { obligations } = world.centre;
  const waits = obligations.some(
    ({ region, kind }) => kind === 'finish' && world.regions.get(region)?.database.row?.mode === 'hold',
  );
  if (waits) return null;
  const open = whatIsOpen(world);
  if (open !== null) return { promise: '11', sentence: `stuck: ${open}` };
  return brokenAtTheEnd(world);
}

function traceOf(step: Step | null): readonly string[] {
  const labels: string[] = [];
  for (let at = step; at !== null; at = at.before) labels.unshift(at.label);
  return labels;
}
