import type { Weekly } from '../../domain/calendar/recurrence.ts';
import type { FreezeInEffect } from '../../domain/fleet/freeze.ts';
import type { CapWait } from '../../domain/fleet/rule-fleet.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../../domain/names.ts';
interface OfDeployment {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
}
export interface SlotAsk extends OfDeployment {
    readonly regions: readonly RegionName[];
    readonly requestId: string;
}
export interface SlotAnswer extends OfDeployment {
    readonly requestId: string;
    readonly isGranted: boolean;
    readonly wait: CapWait | null;
    readonly freezes: readonly FreezeInEffect[];
}
export interface FleetTurnInput {
    readonly asks: readonly SlotAsk[];
    readonly looksAfterHolders: boolean;
}
export interface FleetTurn {
    readonly answers: readonly SlotAnswer[];
    readonly nextChangeAt: string | null;
}
export interface WindowInput extends OfDeployment {
    readonly window: Weekly;
}
export interface WindowStanding {
    readonly isOpen: boolean;
    readonly opensAt: string | null;
}
export interface FleetActivities {
    takeFleetTurn(input: FleetTurnInput): Promise<FleetTurn>;
    lookAtWindow(input: WindowInput): Promise<WindowStanding>;
}
export {};
