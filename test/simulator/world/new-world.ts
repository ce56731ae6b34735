import type { RegionName } from '../../../domain/names.ts';
import { newHost } from '../hosts/host.ts';
import { nothingYet } from '../promises/remembered.ts';
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

const newRegion = (name: RegionName, hosts: number, otherServices: number): Region => ({
  name,
  database: { row: null, begunAtMs: 0, snapshots: [], batches: [], said: {}, admitted: [] },
  backup: null,
  lastWritten: 0,
  restored: false,
  dark: false,
  behindMs: 0,
  hosts: Array.from({ length: hosts }, (_, index) => newHost(hostAt(name, index))),
  ill: false,
  otherServices: { healthy: otherServices, unhealthy: 0 },
  highest: 0,
  undone: 0,
  wentBack: 0,
  everRestored: false,
  served: [],
  reportedHealthy: [],
});

/**
 * A service that was never deployed, its lane open. `hosts`: how many each region has; `otherServices`: how many of their
 * instances stand there too.
 */
export function newWorld(setting: Setting, hosts: readonly number[], otherServices = 0): World {
  const world: World = {
    setting,
    nowMs: 0,
    centre: emptyCentre(),
    regions: new Map(setting.regions.map((name, index) => [name, newRegion(name, hosts[index] ?? 1, otherServices)])),
    workflows: new Map(),
    calls: [],
    signals: [],
    timers: [],
    remembered: nothingYet,
  };
  startWorkflow(world, { id: laneId, kind: 'lane', input: {} });
  return world;
}
