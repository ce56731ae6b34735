/** Which hook's undo comes next. Newest first, and none whose successor still stands: it counts on what that one left. */
import type { RegionName } from '../names.ts';
import { hookName } from './hook.ts';
import { isUnsettled, type HookStanding } from './standing.ts';

/** What a person said about undos that lose data. */
export type LossDecision = { readonly lose: boolean; readonly by: string } | null;

export type NextUndo =
  | { readonly do: 'undo'; readonly hook: HookStanding; readonly command: string }
  /** A person has to say whether these undos, which lose data, run. */
  | { readonly do: 'ask'; readonly hooks: readonly HookStanding[] }
  /** No command runs: it needs none, or can't be undone. */
  | {
      readonly do: 'settle';
      readonly hook: HookStanding;
      readonly as: 'stays' | 'not-undone';
      readonly why: string | null;
    }
  | { readonly do: 'nothing' };

/**
 * @param hooks all that have begun, in that order
 * @param region whose hooks are undone now; `null`: those of no region, after every region's are settled
 */
export function nextUndo(hooks: readonly HookStanding[], region: RegionName | null, decision: LossDecision): NextUndo {
  const newestFirst = hooks.toReversed();
  const hook = newestFirst.find((each) => each.region === region && isUnsettled(each));
  if (hook === undefined) return { do: 'nothing' };
  const newer = newestFirst.slice(0, newestFirst.indexOf(hook));
  const standing = newer.find((each) => each.state === 'not-undone' && (region === null || each.region === region));
  const { mayStay, undo, destructive } = hook.hook;
  if (mayStay) return { do: 'settle', hook, as: 'stays', why: null };
  if (standing !== undefined) return notUndone(hook, `not tried, as ${hookName(standing)} is not undone`);
  if (undo === null) return notUndone(hook, 'it has no undo');
  if (!destructive || decision?.lose === true) return { do: 'undo', hook, command: undo };
  if (decision === null) return { do: 'ask', hooks: losing(hooks) };
  return notUndone(hook, `its undo loses data, and ${decision.by} said not to run it`);
}

/** Undos that lose data and were not decided about, in the order in which their hooks began. */
export const losing = (hooks: readonly HookStanding[]): readonly HookStanding[] =>
  hooks.filter((each) => isUnsettled(each) && each.hook.destructive);

/** Whether a command still has to run to take back what these did: then the deployment waits for its regions. */
export const hasUndosLeft = (hooks: readonly HookStanding[]): boolean =>
  hooks.some((each) => isUnsettled(each) && !each.hook.mayStay && each.hook.undo !== null);

const notUndone = (hook: HookStanding, why: string): NextUndo => ({ do: 'settle', hook, as: 'not-undone', why });
