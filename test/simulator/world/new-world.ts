import type { RegionName } from '../../../domain/names.ts';
import { newHost } from '../hosts/host.ts';
import { hostAt, laneId } from './names.ts';
import { startWorkflow } from './workflows.ts';
import type { Centre, Region, Setting, World } from './world.ts';

const emptyCentre = (): Centre => ({
  nextDeployment: 1,
  nextRelease: 1,
  holder: null,
  lock: null,
  lockKeys: [],
  rollback: null,
  inbox: [],
  deployments: new Map(),
  releases: new Map(),
  places: new Map(),
  outcomes: new Map(),
  obligations: [],
});

const newRegion = (name: RegionName, hosts: number): Region => ({
  name,
  database: { row: null, begunAtMs: 0, snapshots: [], batches: [], said: {}, admitted: [] },
  backup: null,
  lastWritten: 0,
  restored: false,
  dark: false,
  behindMs: 0,
  hosts: Array.from({ length: hosts }, (_, index) => newHost(hostAt(name, index))),
  highest: 0,
  undone: 0,
  wentBack: 0,
  everRestored: false,
  served: [],
  reportedHealthy: [],
});

/** A service that was never deployed, its lane open. `hosts`: how many each region has. */
export function newWorld(setting: Setting, hosts: readonly number[]): World {
  const world: World = {
    setting,
    nowMs: 0,
    centre: emptyCentre(),
    regions: new Map(setting.regions.map((name, index) => [name, newRegion(name, hosts[index] ?? 1)])),
    workflows: new Map(),
    calls: [],
    signals: [],
    timers: [],
  };
  startWorkflow(world, { id: laneId, kind: 'lane', input: {} });
  return world;
}
