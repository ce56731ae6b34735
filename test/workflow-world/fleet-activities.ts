import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { createFleetActivities } from '../../activities/fleet/activities.ts';
import type { FleetActivities, SlotAsk } from '../../activities/fleet/contract.ts';
import type { FleetRecords } from '../../activities/fleet/fleet-records.ts';
import type { Freeze } from '../../domain/fleet/freeze.ts';
import type { FleetCaps } from '../../domain/fleet/rule-fleet.ts';
import type { ServiceName } from '../../domain/names.ts';
import { zoneRules } from '../../infra/calendar/zone-rules.ts';
import { createDeploymentWorkflows } from '../../workers/deployment-workflows.ts';
import type { Worlds } from './central-activities.ts';

interface Slot extends SlotAsk {
  readonly askedAt: string;
  isGranted: boolean;
  freed: boolean;
}

/** What central Postgres holds of the fleet, and how it is set up. */
export interface FleetWorld {
  caps: FleetCaps;
  freezes: Freeze[];
  /** Deployments that somebody lets pass: `checkout/1`. */
  readonly passes: Set<string>;
  /** By `checkout/1`. */
  readonly slots: Map<string, Slot>;
  readonly lastServed: Map<ServiceName, string>;
  /** Why slots were freed that nobody gave back. */
  readonly freed: string[];
  /** Turns that were taken. */
  turns: number;
}

export const createFleetWorld = (): FleetWorld => ({
  caps: { overall: null, perRegion: null },
  freezes: [],
  passes: new Set(),
  slots: new Map(),
  lastServed: new Map(),
  freed: [],
  turns: 0,
});

/** The clock of the workflow, which a test may skip ahead of the machine's. */
const workflowTime = (): number => Context.current().info.currentAttemptScheduledTimestampMs;

/** The real activities, over rows in memory. */
export const fleetActivities = (fleet: FleetWorld, worlds: Worlds, client: () => Client): FleetActivities => {
  const find: ReturnType<typeof createDeploymentWorkflows>['find'] = (ref) =>
    createDeploymentWorkflows(client()).find(ref);
  return {
    takeFleetTurn: (input) => activities(recordsOf(fleet, worlds)).takeFleetTurn(input),
    lookAtWindow: (input) => activities(recordsOf(fleet, worlds)).lookAtWindow(input),
  };

  function activities(records: FleetRecords): FleetActivities {
    return createFleetActivities({
      records,
      workflows: { find },
      caps: fleet.caps,
      rules: zoneRules,
      now: workflowTime,
    });
  }
};

const nameOf = ({ service, deployment }: Pick<SlotAsk, 'service' | 'deployment'>): string => `${service}/${deployment}`;

function recordsOf(fleet: FleetWorld, worlds: Worlds): FleetRecords {
  const { slots, passes, lastServed, freezes, freed } = fleet;
  const hasEnded = ({ service, deployment }: SlotAsk): boolean =>
    worlds.of(service).finished.some((end) => end.deployment === deployment);
  return {
    async turn(asks, rule) {
      fleet.turns += 1;
      const askedAt = new Date(workflowTime()).toISOString();
      for (const ask of asks) {
        const known = slots.get(nameOf(ask));
        if (ask.givesBack) {
          if (known?.requestId === ask.requestId) known.freed = true;
          continue;
        }
        const isNew = known === undefined || known.freed;
        slots.set(nameOf(ask), isNew ? { ...ask, askedAt, isGranted: false, freed: false } : { ...known, ...ask });
      }
      const open = [...slots.values()].filter((slot) => !slot.freed && !hasEnded(slot));
      const members = open.map((slot) => ({ ...slot, hasPass: passes.has(nameOf(slot)) }));
      return rule({ members, freezes, lastServed }).map((ruling) => {
        const slot = slots.get(nameOf(ruling))!;
        if (ruling.isGranted && !slot.isGranted) lastServed.set(slot.service, askedAt);
        slot.isGranted = ruling.isGranted;
        return { ...ruling, requestId: slot.requestId };
      });
    },
    async free(ref, why) {
      const slot = slots.get(nameOf(ref));
      if (slot === undefined) return;
      slot.freed = true;
      freed.push(`${nameOf(ref)}: ${why}`);
    },
    hasPass: async (ref) => passes.has(nameOf(ref)),
  };
}
