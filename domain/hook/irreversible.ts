import type { ApprovePolicy, ServiceSpec } from '../spec/service-spec.ts';
import { writtenHooks, type Hooks } from './hook.ts';

/** What decides whether a deployment can be taken back: of a spec and of a plan alike. */
export interface Reversibility {
  readonly hooks?: Hooks | undefined;
  readonly compatibleWith?: 'none' | undefined;
}

/** What can't be undone, a sentence each; empty when all can. */
export function irreversible({ hooks, compatibleWith }: Reversibility): readonly string[] {
  const steps = writtenHooks(hooks)
    .filter(({ hook }) => hook.undo === null && !hook.mayStay)
    .map(({ name, hook }) => `"${hook.run}" cannot be undone: ${name} has no undo`);
  return compatibleWith === 'none' && !bringsBack(hooks)
    ? [
        ...steps,
        'the release before cannot run beside or after it (compatibleWith: none), and no hook in hooks.before takes that back',
      ]
    : steps;
}

/** Whether the hooks themselves make the release before able to run again, without a person. */
function bringsBack(hooks: Hooks | undefined): boolean {
  const before = (hooks?.before ?? []).filter(({ mayStay }) => !mayStay);
  return before.length > 0 && before.every(({ undo, destructive }) => undo !== null && !destructive);
}

/**
 * Why hosts may not go back by themselves once some have switched; `null` when they may. The release before would run on
 * what only this one understands.
 */
export function whyNoAutomaticUndo({ hooks, compatibleWith }: Reversibility): string | null {
  if (compatibleWith !== 'none' || bringsBack(hooks)) return null;
  return 'the release before cannot run after it (compatibleWith: none)';
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
