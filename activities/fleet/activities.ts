import { standingAt } from '../../domain/calendar/spans.ts';
import type { ZoneRules } from '../../domain/calendar/zone-rules.ts';
import { strictestFirst, type FreezeInEffect } from '../../domain/fleet/freeze.ts';
import { effectAt } from '../../domain/fleet/in-effect.ts';
import { ruleFleet, type FleetCaps } from '../../domain/fleet/rule-fleet.ts';
import { inParallel } from '../in-parallel.ts';
import type { DeploymentWorkflows } from '../lane/deployment-workflows.ts';
import type { FleetActivities, FleetTurn, SlotAnswer, SlotAsk } from './contract.ts';
import type { FleetRecords, KeptRuling, StoredFleet } from './fleet-records.ts';

export interface FleetDependencies {
  readonly records: FleetRecords;
  readonly workflows: Pick<DeploymentWorkflows, 'find'>;
  readonly caps: FleetCaps;
  readonly rules: ZoneRules;
  readonly now: () => number;
}

/** Facts from the database and the calendar, the decision from `domain/fleet`. */
export function createFleetActivities({ records, workflows, caps, rules, now }: FleetDependencies): FleetActivities {
  const turn = async (asks: readonly SlotAsk[]): Promise<FleetTurn> => {
    let nextChangeMs: number | null = null;
    const kept = await records.turn(asks, ({ members, freezes, lastServed }: StoredFleet) => {
      const effect = effectAt(freezes, rules, now());
      ({ nextChangeMs } = effect);
      return ruleFleet({ members, lastServed, caps, freezes: effect.inEffect });
    });
    const nextChangeAt = nextChangeMs === null ? null : new Date(nextChangeMs).toISOString();
    return { answers: kept.map(answerOf), nextChangeAt };
  };
  /** Workflows that are gone are ended by `recovery`, which begins nothing. */
  const freeThoseGone = async (answers: readonly SlotAnswer[]): Promise<boolean> => {
    let isAnyGone = false;
    await inParallel(answers, mostLooks, async (answer) => {
      const { state } = await workflows.find(answer);
      if (state === 'running') return;
      isAnyGone = true;
      await records.free(answer, `its workflow is ${state}`);
    });
    return isAnyGone;
  };
  return {
    async takeFleetTurn({ asks, looksAfterHolders }) {
      const taken = await turn(asks);
      return looksAfterHolders && (await freeThoseGone(taken.answers)) ? turn([]) : taken;
    },
    async lookAtWindow({ window, service, deployment }) {
      // First: a pass also helps where the calendar can't.
      if (await records.hasPass({ service, deployment })) return { isOpen: true, opensAt: null };
      const { span, nextMs } = standingAt(window, rules, now());
      if (span !== null) return { isOpen: true, opensAt: null };
      return { isOpen: false, opensAt: nextMs === null ? null : new Date(nextMs).toISOString() };
    },
  };
}

/** Questions to Temporal at once. */
const mostLooks = 8;
/** A sentence names one, and what is sent must not grow with a calendar. */
const mostFreezes = 3;
/**
 * An answer is at most some 1.3 KB with three freezes, so that a turn over 190 deployments that are all frozen stays below
 * the 256 KB from which Temporal warns; it refuses 2 MB. The row has the whole reason.
 */
const mostOfReason = 120;

const cut = (freeze: FreezeInEffect): FreezeInEffect => {
  const letters = Array.from(freeze.reason);
  if (letters.length <= mostOfReason) return freeze;
  return { ...freeze, reason: `${letters.slice(0, mostOfReason - 1).join('')}…` };
};

const answerOf = ({ service, deployment, requestId, isGranted, wait, freezes }: KeptRuling): SlotAnswer => ({
  service,
  deployment,
  requestId,
  isGranted,
  wait,
  freezes: strictestFirst(freezes).slice(0, mostFreezes).map(cut),
});
