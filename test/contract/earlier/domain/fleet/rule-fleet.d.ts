import type { DeploymentNumber, RegionName, ServiceName } from '../names.ts';
import { type FreezeInEffect, type FreezeScope } from './freeze.ts';
export interface FleetCaps {
    readonly overall: number | null;
    readonly perRegion: number | null;
}
export interface FleetMember {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly regions: readonly RegionName[];
    readonly askedAt: string;
    readonly isGranted: boolean;
    readonly hasPass: boolean;
}
export interface CapWait {
    readonly for: 'slot';
    readonly position: number;
    readonly of: number;
    readonly region: RegionName | null;
    readonly most: number;
}
export interface FleetRuling {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly isGranted: boolean;
    readonly wait: CapWait | null;
    readonly freezes: readonly FreezeInEffect[];
    readonly passed: readonly FreezeInEffect[];
}
export interface FleetFacts {
    readonly members: readonly FleetMember[];
    readonly freezes: readonly (FreezeInEffect & {
        readonly scope: FreezeScope;
    })[];
    readonly caps: FleetCaps;
    readonly lastServed: ReadonlyMap<ServiceName, string>;
}
export declare function ruleFleet({ members, freezes, caps, lastServed }: FleetFacts): readonly FleetRuling[];
