import type { DeploymentKind } from '../states.ts';

interface Shown {
  readonly kind: DeploymentKind;
  /** Set when a release-owner has it go first. */
  readonly hotfix?: object | null | undefined;
}

/** `rollout`, `rollout (hotfix)` */
export const kindText = ({ kind, hotfix }: Shown): string => (hotfix ? `${kind} (hotfix)` : kind);
