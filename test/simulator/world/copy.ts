import type { World } from './world.ts';

/** Another world that goes on from the same point. Rows, hosts and messages are never changed in place, so they are shared. */
export function copyWorld(world: World): World {
  const { centre, regions, workflows, calls, signals, timers } = world;
  return {
    ...world,
    centre: {
      ...centre,
      deployments: new Map(centre.deployments),
      releases: new Map(centre.releases),
      places: new Map(centre.places),
      outcomes: new Map(centre.outcomes),
    },
    regions: new Map([...regions].map(([name, region]) => [name, { ...region }])),
    // Built again from its history when it is told something.
    workflows: new Map([...workflows].map(([id, record]) => [id, { ...record, live: null }])),
    calls: calls.map((call) => ({ ...call })),
    signals: [...signals],
    timers: [...timers],
  };
}
