import type { RegionName } from '../names.ts';
export interface Hook {
    readonly run: string;
    readonly undo: string | null;
    readonly timeoutMs: number;
    readonly mayStay: boolean;
    readonly destructive: boolean;
}
export interface HookLists {
    readonly before: readonly Hook[];
    readonly after: readonly Hook[];
}
export interface Hooks extends HookLists {
    readonly region: HookLists;
}
export type HookMoment = keyof HookLists;
export interface HookPlace {
    readonly moment: HookMoment;
    readonly region: RegionName | null;
    readonly index: number;
}
export declare const hookName: ({ moment, region, index }: HookPlace) => string;
export interface PlacedHook extends HookPlace {
    readonly hook: Hook;
}
export declare function placedHooks(hooks: Hooks | undefined, moment: HookMoment, region: RegionName | null): readonly PlacedHook[];
export declare const writtenHooks: (hooks: Hooks | undefined) => readonly {
    readonly name: string;
    readonly hook: Hook;
}[];
