import type { ChecksStandingShown } from '../../activities/gates/contract.ts';

/** What a deployment waits for beside hosts and people. Times are RFC 3339, UTC. */
export interface Gates {
  /** While an existing CI has not reported all that is required. */
  checks: (ChecksStandingShown & { readonly until: string }) | null;
  /** While metrics are watched: of a stage, or of all at the end. */
  metrics: { readonly stage: string | null; readonly until: string; readonly text: string } | null;
  /** What the metrics could not say: a person decides. */
  undecided: { readonly reason: string; readonly since: string } | null;
}

export const openGates = (): Gates => ({ checks: null, metrics: null, undecided: null });
