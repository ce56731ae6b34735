import type { Recurrence } from '../calendar/recurrence.ts';
import type { RegionName, ServiceName } from '../names.ts';
export declare const freezePolicies: readonly ['finish', 'hold', 'undo'];
export type FreezePolicy = (typeof freezePolicies)[number];
export declare const freezeKinds: readonly ['freeze', 'stop-the-line'];
export type FreezeKind = (typeof freezeKinds)[number];
export interface FreezeScope {
    readonly services: readonly ServiceName[];
    readonly regions: readonly RegionName[];
}
export interface Freeze {
    readonly freeze: number;
    readonly kind: FreezeKind;
    readonly owner: string;
    readonly reason: string;
    readonly policy: FreezePolicy;
    readonly scope: FreezeScope;
    readonly when: Recurrence;
}
export interface FreezeInEffect {
    readonly freeze: number;
    readonly kind: FreezeKind;
    readonly owner: string;
    readonly reason: string;
    readonly policy: FreezePolicy;
    readonly since: string;
    readonly until: string | null;
}
export interface Touched {
    readonly service: ServiceName;
    readonly regions: readonly RegionName[];
}
export declare const covers: ({ services, regions }: FreezeScope, touched: Touched) => boolean;
export declare const strictestFirst: <F extends Pick<FreezeInEffect, 'policy' | 'until'>>(freezes: readonly F[]) => F[];
export declare const lastToEnd: <F extends Pick<FreezeInEffect, 'until'>>(freezes: readonly F[]) => F | undefined;
