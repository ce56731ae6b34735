import type { ReleaseNumber } from '../names.ts';
import type { ActiveReach } from './lane-decisions.ts';
import type { LaneState, OpenDeployment } from './lane.ts';
export interface MakesWay {
    readonly deployment: OpenDeployment;
    readonly how: 'undone' | 'held' | 'cancelled' | 'awaited';
}
export interface HotfixRequest {
    readonly reach: ActiveReach;
    readonly hold: boolean;
}
export declare function makesWay({ active }: LaneState, { reach, hold }: HotfixRequest): MakesWay | null;
export declare const isUnderWay: ({ active }: LaneState, release: ReleaseNumber) => OpenDeployment | null;
