import type { PlacedHook } from './hook.ts';
export declare const hookStates: readonly ['begun', 'ran', 'failed', 'undoing', 'undone', 'stays', 'not-undone'];
export type HookState = (typeof hookStates)[number];
export interface HookStanding extends PlacedHook {
    readonly state: HookState;
    readonly why: string | null;
}
export declare const isUnsettled: ({ state }: Pick<HookStanding, 'state'>) => boolean;
