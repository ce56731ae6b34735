import type { RegionName } from '../names.ts';

/** A command of the spec that runs beside a deployment. It may run twice: it must do the second time what is still missing. */
export interface Hook {
  readonly run: string;
  /** Takes back what `run` did, all or part of it; `null`: there is no way back. */
  readonly undo: string | null;
  /** Of each of the two. */
  readonly timeoutMs: number;
  /** What `run` did needs no undo: the release before runs with it. */
  readonly mayStay: boolean;
  /** The undo loses data: it runs only when a person says so. */
  readonly destructive: boolean;
}

/** In each list the order in which they run. */
export interface HookLists {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** `region`: once for each region, in its turn. */
export interface Hooks extends HookLists {
  readonly region: HookLists;
}

export type HookMoment = keyof HookLists;

/** Which hook it is. `region` is `null` for those that run once in a deployment. */
export interface HookPlace {
  readonly moment: HookMoment;
  readonly region: RegionName | null;
  /** In its list, from 0. */
  readonly index: number;
}

/** As the spec calls it: `hooks.before[0]`, `hooks.region.after[1] in eu-west`. */
export const hookName = ({ moment, region, index }: HookPlace): string =>
  region === null ? `hooks.${moment}[${index}]` : `hooks.region.${moment}[${index}] in ${region}`;

export interface PlacedHook extends HookPlace {
  readonly hook: Hook;
}

/** Those of one moment, in one region or in none. */
export function placedHooks(
  hooks: Hooks | undefined,
  moment: HookMoment,
  region: RegionName | null,
): readonly PlacedHook[] {
  const lists = region === null ? hooks : hooks?.region;
  return (lists?.[moment] ?? []).map((hook, index) => ({ moment, region, index, hook }));
}

/** All that a spec writes down, as it calls them; those of regions once. */
export const writtenHooks = (hooks: Hooks | undefined): readonly { readonly name: string; readonly hook: Hook }[] =>
  hooks === undefined
    ? []
    : [
        ...named('hooks.before', hooks.before),
        ...named('hooks.region.before', hooks.region.before),
        ...named('hooks.region.after', hooks.region.after),
        ...named('hooks.after', hooks.after),
      ];

const named = (list: string, hooks: readonly Hook[]) =>
  hooks.map((hook, index) => ({ name: `${list}[${index}]`, hook }));
