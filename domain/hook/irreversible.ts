import type { ApprovePolicy, ServiceSpec } from '../spec/service-spec.ts';
import { writtenHooks, type Hooks } from './hook.ts';
import { isIncompatible, leftBehindText, type LeftBehind } from './left-behind.ts';

/** What decides whether a deployment can be taken back: of a spec and of a plan alike. */
export interface Reversibility {
  readonly hooks?: Hooks | undefined;
  readonly compatibleWith?: 'none' | undefined;
  /** Of a plan: what deployments before it did, which no undo of this one takes back. */
  readonly leftBehind?: readonly LeftBehind[] | undefined;
}

/** What can't be undone, a sentence each; empty when all can. */
export const irreversible = (spec: Reversibility): readonly string[] => [
  ...writtenHooks(spec.hooks)
    .filter(({ hook }) => hook.undo === null && !hook.mayStay)
    .map(({ name, hook }) => `"${hook.run}" cannot be undone: ${name} has no undo`),
  ...(isOneWay(spec)
    ? [
        `the release before cannot run beside or after it (compatibleWith: none), and ${
          areUndone(spec.hooks) ? 'the undo of hooks.before loses data' : 'no hook in hooks.before takes that back'
        }`,
      ]
    : []),
  ...forbidding(spec).map(leftBehindText),
];

/** Hosts go back behind these deployments, to a release that can't run after them; hooks of this one don't change that. */
const forbidding = ({ leftBehind = [] }: Reversibility): readonly LeftBehind[] => leftBehind.filter(isIncompatible);

const isOneWay = ({ hooks, compatibleWith }: Reversibility): boolean => compatibleWith === 'none' && !bringsBack(hooks);

/** Whether the hooks themselves make the release before able to run again, without a person. */
const bringsBack = (hooks: Hooks | undefined): boolean =>
  areUndone(hooks) && needed(hooks).every(({ destructive }) => !destructive);

/** At whatever price. */
const areUndone = (hooks: Hooks | undefined): boolean =>
  needed(hooks).length > 0 && needed(hooks).every(({ undo }) => undo !== null);

const needed = (hooks: Hooks | undefined) => (hooks?.before ?? []).filter(({ mayStay }) => !mayStay);

/**
 * Why hosts may not go back by themselves once some have switched; `null` when they may. The release before would run on
 * what only this one understands, or only one that was left behind before this.
 */
export function whyNoAutomaticUndo(spec: Reversibility): string | null {
  if (isOneWay(spec)) return 'the release before cannot run after it (compatibleWith: none)';
  const [first] = forbidding(spec);
  return first === undefined ? null : leftBehindText(first);
}

/** Who is asked where the spec asks nobody: a step that can't be undone is a decision of a person. */
export const approvalOfIrreversible: ApprovePolicy = {
  quorum: 1,
  roles: ['release-owner'],
  expiresMs: 4 * 60 * 60_000,
};

/** Who must agree. */
export const approvalWanted = (spec: Pick<ServiceSpec, 'approve'> & Reversibility): ApprovePolicy | null =>
  spec.approve ?? (irreversible(spec).length > 0 ? approvalOfIrreversible : null);
