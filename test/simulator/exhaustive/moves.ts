/** Everything that can happen next in a small world, each as a change to a copy of it. */
import type { HostMemory } from '../../../domain/goal/verified-goal.ts';
import { actLocally, merge, sayToDeployment } from '../events/people.ts';
import { hear as hearGoal, replaceHost, report, show } from '../hosts/host.ts';
import { compare, openBackup } from '../region/restore.ts';
import * as calls from '../world/calls.ts';
import { deploymentId } from '../world/names.ts';
import type { Call, Host, Region, Said, World } from '../world/world.ts';
import { tell, terminate } from '../world/workflows.ts';
import type { Bounds, Budgeted } from './bounds.ts';
import { longAgoMs } from './settle.ts';

export interface Move {
  readonly label: string;
  /** What of the bounds it uses up. */
  readonly costs: Budgeted | null;
  /** Finds its own way in the copy: nothing of the world that it was made for may be held. */
  readonly make: (copy: World) => void;
}

export function movesOf(world: World, left: Bounds): readonly Move[] {
  const moves = [
    ...callMoves(world),
    ...hostMoves(world),
    ...timerMoves(world),
    ...peopleMoves(world),
    ...faults(world),
  ];
  return moves.filter(({ costs }) => costs === null || left[costs] > 0);
}

const move = (label: string, costs: Budgeted | null, make: Move['make']): Move => ({ label, costs, make });

function callMoves(world: World): Move[] {
  return world.calls.flatMap((call, at) => {
    const name = `${call.name} in ${call.place} for ${call.waiter?.workflow ?? 'nobody'}`;
    const act = (how: (copy: World, one: Call) => unknown) => (copy: World) => void how(copy, copy.calls[at]!);
    if (!calls.canRun(world, call)) {
      return call.givesUp === true ? [move(`${name} is given up`, null, act(calls.giveUp))] : [];
    }
    const once = move(name, null, act(runOrDrop));
    if (call.isWatch === true) return [once];
    if (call.waiter === null) return [once];
    return [
      once,
      move(`${name}, its answer lost`, 'odd', act(calls.runUnheard)),
      move(`${name}, and a copy stays`, 'odd', act(calls.runWithCopy)),
    ];
  });
}

function runOrDrop(world: World, call: Call): void {
  if (!calls.run(world, call) && call.waiter === null) calls.remove(world, call);
}

function hostMoves(world: World): Move[] {
  return [...world.regions.values()].flatMap((region) =>
    region.hosts.filter(({ up }) => up).flatMap((host) => movesOfHost(region, host)),
  );
}

function movesOfHost({ name, database, restored }: Region, { id, memory, health }: Host): Move[] {
  const act = (how: (copy: World, region: Region, host: Host) => void) => (copy: World) => {
    const region = copy.regions.get(name)!;
    how(
      copy,
      region,
      region.hosts.find((one) => one.id === id)!,
    );
    report(
      copy,
      region,
      region.hosts.find((one) => one.id === id)!,
    );
  };
  if (health === 'starting') {
    const well = move(
      `${id} is well on ${memory.running}`,
      null,
      act((copy, region, host) => show(copy, region, host, false)),
    );
    const fails = move(
      `${id} fails ${memory.running}`,
      'fails',
      act((copy, region, host) => show(copy, region, host, true)),
    );
    return memory.running === 'd1' ? [well] : [well, fails];
  }
  const { row, said } = database;
  const hears =
    row !== null && !restored && memory.floor?.generation !== row.generation
      ? [
          move(
            `${id} hears ${row.lastStep.id}`,
            null,
            act((copy, region, host) => hearGoal(copy, region, host, row)),
          ),
        ]
      : [];
  return isSaid(said[id], memory, health)
    ? hears
    : [
        ...hears,
        move(
          `${id} reports`,
          null,
          act(() => undefined),
        ),
      ];
}

const isSaid = (said: Said | undefined, { running, floor }: HostMemory, health: Host['health']): boolean =>
  said?.running === running &&
  said.health === health &&
  said.generation === floor?.generation &&
  said.reportedAtMs >= 0;

/** A timer that would change nothing is left out; one that runs out before the work is done is `late`. */
function timerMoves(world: World): Move[] {
  return world.timers.flatMap(({ workflow, by, what }) => {
    if (what === 'ask') return [];
    const isRetry = what === 'no host' || what === 'service busy';
    const fire = (copy: World): void => {
      copy.timers = copy.timers.filter((timer) => timer.workflow !== workflow || timer.by !== by);
      tell(copy, copy.workflows.get(workflow)!, { told: 'timer', to: by });
    };
    return [move(`${what} of ${workflow} is over`, isRetry ? null : 'late', fire)];
  });
}

function peopleMoves(world: World): Move[] {
  const { centre } = world;
  const moves = [
    move('a merge', 'merges', (copy) => {
      const count = copy.centre.inbox.length;
      merge(copy, `c${count}`, `c${count + 1}`);
    }),
  ];
  const open = [...centre.deployments.values()].find(({ started, outcome }) => started && outcome === null);
  if (open === undefined) return moves;
  const { number } = open;
  const say = (verb: string, costs: Budgeted | null, hold = false): Move =>
    move(`${verb}${hold ? ' with hold' : ''} of ${number}`, costs, (copy) => sayToDeployment(copy, number, verb, hold));
  moves.push(say('abort', 'acts'), say('abort', 'acts', true), say('pause', 'acts'));
  // Who has to decide does so in the end; and what can't go on is aborted.
  const standing = world.workflows.get(deploymentId(number))?.standing ?? '';
  if (standing.includes('"held":true') || standing.includes('"paused":true'))
    moves.push(say('resume', 'acts'), say('abort', null));
  return moves;
}

function faults(world: World): Move[] {
  const { centre } = world;
  const open = [...centre.deployments.values()].find(({ started, outcome }) => started && outcome === null);
  const ofRegions = [...world.regions.values()].flatMap((region) => faultsOf(region));
  if (open === undefined) return ofRegions;
  const end = (copy: World): void => terminate(copy, deploymentId(open.number));
  return [...ofRegions, move(`${open.number} is terminated`, 'terminated', end)];
}

function faultsOf({ name, dark, restored, hosts, database }: Region): Move[] {
  const act = (how: (copy: World, region: Region) => void) => (copy: World) => how(copy, copy.regions.get(name)!);
  const moves = [
    dark
      ? move(
          `${name} is back`,
          null,
          act((_copy, region) => void (region.dark = false)),
        )
      : move(
          `${name} is cut off`,
          'dark',
          act((_copy, region) => void (region.dark = true)),
        ),
    move(
      `${name} is held from inside`,
      'acts',
      act((copy, region) => actLocally(copy, region, 'hold')),
    ),
    move(
      `${name} is rolled back from inside`,
      'acts',
      act((copy, region) => actLocally(copy, region, 'rollback')),
    ),
    move(
      `${name} is copied`,
      'restored',
      act((_copy, region) => void (region.backup = region.database)),
    ),
    ...hosts.map((host) => (host.up ? silence(name, host) : speaks(name, host))),
  ];
  if (database.batches.length > 0)
    moves.push(
      move(
        `the batch of ${name} is overdue`,
        'late',
        act((_copy, region) => overdue(region)),
      ),
    );
  if (restored && !dark)
    moves.push(
      move(
        `${name} is compared`,
        null,
        act((copy, region) => compare(copy, region)),
      ),
    );
  return [...moves, ...restores(name, act)];
}

const restores = (name: string, act: (how: (copy: World, region: Region) => void) => Move['make']): Move[] => [
  move(
    `the copy of ${name} is restored`,
    null,
    act((copy, region) => {
      if (region.backup === null || region.database === region.backup) return;
      openBackup(copy, region);
      region.backup = null;
    }),
  ),
];

/** Nothing was heard of it for long. */
function silence(name: Region['name'], { id }: Host): Move {
  return move(`${id} falls silent`, 'silent', (copy) => {
    const region = copy.regions.get(name)!;
    replaceHost(region, { ...region.hosts.find((one) => one.id === id)!, up: false });
    const said = region.database.said[id];
    if (said === undefined) return;
    const old = { ...said, reportedAtMs: longAgoMs };
    region.database = { ...region.database, said: { ...region.database.said, [id]: old } };
  });
}

function speaks(name: Region['name'], { id }: Host): Move {
  return move(`${id} is back`, null, (copy) => {
    const region = copy.regions.get(name)!;
    replaceHost(region, { ...region.hosts.find((one) => one.id === id)!, up: true });
  });
}

function overdue(region: Region): void {
  const batches = region.database.batches.map((batch) => ({ ...batch, startedAtMs: longAgoMs }));
  region.database = { ...region.database, batches };
}
