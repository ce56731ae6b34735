import type { Weekly } from '../../domain/calendar/recurrence.ts';
import type { FreezeInEffect } from '../../domain/fleet/freeze.ts';
import type { CapWait } from '../../domain/fleet/rule-fleet.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../../domain/names.ts';

interface OfDeployment {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}

/** A deployment asks to begin. */
export interface SlotAsk extends OfDeployment {
  /** Every region that it goes to. */
  readonly regions: readonly RegionName[];
  /** Of the run that asks, another after it gave a slot back; the answer names it. */
  readonly requestId: string;
  /** It does not begin yet: what this request was given is for others. */
  readonly givesBack?: true;
}

/** How a deployment stands with the fleet. */
export interface SlotAnswer extends OfDeployment {
  readonly requestId: string;
  /** It holds a slot, and keeps it until it ends or gives it back. */
  readonly isGranted: boolean;
  /** `null` when nothing but a freeze keeps it. */
  readonly wait: CapWait | null;
  /** Those that keep it from beginning, or from going on; the one that says most comes first. */
  readonly freezes: readonly FreezeInEffect[];
}

export interface FleetTurnInput {
  readonly asks: readonly SlotAsk[];
  /** Also looks after those whose workflow is gone: they need no slot any more. */
  readonly looksAfterHolders: boolean;
}

export interface FleetTurn {
  /** Of everybody who has asked and not ended. */
  readonly answers: readonly SlotAnswer[];
  /** When a freeze begins or ends next, RFC 3339; `null` when none does. */
  readonly nextChangeAt: string | null;
}

export interface WindowInput extends OfDeployment {
  readonly window: Weekly;
}

/** Times are RFC 3339, UTC. */
export interface WindowStanding {
  readonly isOpen: boolean;
  /** When it opens; `null` while it is open. */
  readonly opensAt: string | null;
}

/** Queue `control`: the calendar, and what the fleet must keep although Temporal forgets. */
export interface FleetActivities {
  /** One at a time, whoever asks: rulings are kept in Postgres before anybody hears of them. A repeat rules the same. */
  takeFleetTurn(input: FleetTurnInput): Promise<FleetTurn>;
  /** Open too for a deployment with a pass. */
  lookAtWindow(input: WindowInput): Promise<WindowStanding>;
}
