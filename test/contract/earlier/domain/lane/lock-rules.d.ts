import type { LaneLock } from './lane.ts';
export interface LockRights {
    readonly releaseOwner: boolean;
    readonly ownsService: boolean;
}
export declare const automatic = "slipway";
export declare function whyNotOpened(lock: LaneLock, by: string, rights: LockRights): string | null;
export interface LockRequest {
    readonly by: string;
    readonly reason: string;
    readonly until: string | null;
    readonly at: string;
    readonly rights: LockRights | null;
}
export declare function lockedBy(lock: LaneLock | null, { by, reason, until, at, rights }: LockRequest): LaneLock | null;
export declare const endsInMs: (lock: LaneLock | null, nowMs: number) => number | null;
