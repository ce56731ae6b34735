import type { RegionName, ReleaseNumber } from '../../../domain/names.ts';
import { deploy, drain, merge, sayToDeployment, sayToLane, skipRegion, withdraw } from '../events/people.ts';
import { rolloutId } from '../world/names.ts';
import type { World } from '../world/world.ts';
import { note } from './course.ts';
import type { Course } from './course.ts';
import type { Verb } from './scenario.ts';

/** Something that a person or a webhook does; most often a merge. */
export function personActs(course: Course): void {
  const { world, random, scenario } = course;
  const open = [...world.centre.deployments.values()].filter(({ outcome }) => outcome === null);
  const act = random.pick(open.length > 0 ? scenario.verbs : scenario.verbs.filter((verb) => whenIdle.has(verb)));
  note(course, 'person', act);
  switch (act) {
    case 'merge':
      return mergeNow(course);
    case 'deploy': {
      const ready = [...world.centre.releases.values()].filter(({ state }) => state === 'admitted');
      if (ready.length === 0) return;
      return deploy(world, random.pick(ready).number as ReleaseNumber, keyOf(course), random.chance(0.5));
    }
    case 'rollback':
    case 'lock':
    case 'unlock':
      return sayToLane(world, { verb: act, key: keyOf(course) });
    case 'withdraw':
      return withdraw(world, random.pick(open).number, keyOf(course));
    case 'skipRegion': {
      const { number } = open.find(({ started }) => started) ?? open[0]!;
      // Mostly one that is under way: another can't be skipped.
      const running = scenario.regions.filter((region) => isRunning(world, number, region));
      const begun = running.filter((region) => hasBegun(world, number, region));
      const some = begun.length > 0 && random.chance(0.5) ? begun : running;
      const region = random.pick(some.length > 0 ? some : scenario.regions);
      // Mostly it does not answer any more: that is why somebody skips it.
      if (scenario.trouble > 0 && random.chance(0.8)) world.regions.get(region)!.dark = true;
      return skipRegion(world, number, region);
    }
    default: {
      const { number } = open.find(({ started }) => started) ?? open[0]!;
      const [verb = '', how] = act.split(' ');
      return sayToDeployment(world, number, verb, how === 'hold');
    }
  }
}

const isRunning = (world: World, deployment: number, region: RegionName): boolean =>
  world.workflows.get(rolloutId(deployment, region))?.status === 'running';

const hasBegun = ({ regions }: World, deployment: number, region: RegionName): boolean =>
  regions.get(region)?.database.row?.attempt.deployment === deployment;

/** With nothing under way there is nobody to talk to but the lane. */
const whenIdle: ReadonlySet<Verb> = new Set(['merge', 'deploy', 'rollback', 'lock', 'unlock']);

const keyOf = (course: Course): string => `person ${(course.made += 1)}`;

/** The branch moves to a new commit, or back to one that it had; never twice from the same to the same. */
export function mergeNow(course: Course): void {
  const { world, random, commits, moves } = course;
  const before = commits.at(-1) ?? 'c0';
  const after = random.chance(0.3) ? random.pick(['c0', ...commits]) : `c${(course.made += 1)}`;
  const move = `${before}:${after}`;
  if (before === after || moves.has(move)) return;
  moves.add(move);
  commits.push(after);
  merge(world, before, after);
}

/** A webhook is delivered again, or a row that the lane was handed before is handed to it again. */
export function deliverAgain(course: Course): void {
  const { world, random } = course;
  if (world.centre.inbox.length === 0) return;
  const { key } = random.pick(world.centre.inbox);
  note(course, 'inbox', key);
  drain(world, key);
}
