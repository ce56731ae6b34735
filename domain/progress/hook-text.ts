/** What people read of hooks before they decide: in plans, dialogs and commands. */
import type { Hook, HookPlace, Hooks } from '../hook/hook.ts';
import type { Reversibility } from '../hook/irreversible.ts';
import { hasUndosLeft } from '../hook/next-undo.ts';
import { isUnsettled, type HookState } from '../hook/standing.ts';

/** `./migrate up (undo: ./migrate down)` */
export function hookText({ run, undo, mayStay, destructive }: Hook): string {
  if (mayStay) return `${run} (may stay)`;
  if (undo === null) return `${run} (cannot be undone)`;
  return `${run} (undo: ${undo}${destructive ? ', which loses data: a person is asked' : ''})`;
}

/** A label and what runs there, for each moment at which something does. */
export const hookLines = (hooks: Hooks | undefined): readonly (readonly [label: string, text: string])[] =>
  hooks === undefined
    ? []
    : (
        [
          ['before', hooks.before],
          ['before each region', hooks.region.before],
          ['after each region', hooks.region.after],
          ['after', hooks.after],
        ] as const
      )
        .filter(([, list]) => list.length > 0)
        .map(([label, list]) => [label, list.map(hookText).join('; ')]);

/** All that will run, in one sentence; `none` when nothing does. */
export function hooksToRunText({ hooks, compatibleWith }: Reversibility): string {
  const parts = hookLines(hooks).map(([label, text]) => `${label}: ${text}`);
  const shown = parts.length === 0 ? 'none' : parts.join('. ');
  return compatibleWith === 'none' ? `${shown}. The release before cannot run once this one has.` : shown;
}

/** One that has begun, as it is recorded. */
export interface BegunHook extends HookPlace {
  readonly state: HookState;
}

/** What an undo now does about hooks that have begun, and what it leaves; `none has run` when it has nothing to do. */
export function hooksToUndoText(hooks: Hooks | undefined, begun: readonly BegunHook[]): string {
  const standings = begun.flatMap((each) => {
    const hook = hookAt(hooks, each);
    return hook === null || !isUnsettled(each) || hook.mayStay ? [] : [{ ...each, hook, why: null }];
  });
  if (standings.length === 0) return begun.length === 0 ? 'none has run' : 'nothing of them is left to be undone';
  const newestFirst = standings.toReversed();
  const commands = newestFirst.filter(({ hook }) => hook.undo !== null && !hook.destructive);
  const lossy = newestFirst.filter(({ hook }) => hook.undo !== null && hook.destructive);
  const stuck = newestFirst.filter(({ hook }) => hook.undo === null);
  return [
    ...(commands.length === 0
      ? []
      : [`${distinct(commands.map(({ hook }) => hook.undo!))} runs once regions are undone.`]),
    ...(lossy.length === 0
      ? []
      : [`${distinct(lossy.map(({ hook }) => hook.undo!))} loses data: a person is asked first.`]),
    ...(stuck.length === 0
      ? hasUndosLeft(standings)
        ? ['Nothing here is marked "cannot be undone".']
        : []
      : [`${distinct(stuck.map(({ hook }) => hook.run))} cannot be undone: it stays, and so does what ran before it.`]),
  ].join(' ');
}

/** Regions run the same command: it is said once. */
const distinct = (commands: readonly string[]): string => [...new Set(commands)].join(', ');

function hookAt(hooks: Hooks | undefined, { moment, region, index }: HookPlace): Hook | null {
  const lists = region === null ? hooks : hooks?.region;
  return lists?.[moment][index] ?? null;
}
