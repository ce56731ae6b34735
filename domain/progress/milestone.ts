/** What was recorded when it happened, once or more often: all that steps have to know of these records. */
export interface Milestone {
  readonly verb: string;
  /** Of the first, and of the last of them. */
  readonly at: string;
  readonly lastAt: string;
  readonly count: number;
  /** Who approved; `null` for all other kinds. */
  readonly actor: string | null;
  /** Which stage was started or asked about; `null` for all other kinds. */
  readonly stage: string | null;
}

/** The records that steps begin and end with: nothing else of the audit is read for them. */
export const milestoneVerbs = [
  'build-started',
  'checks-started',
  'planned',
  'checks-awaited',
  'checks-passed',
  'approve',
  'admitted',
  'region-replicated',
  'stage-approval-wanted',
  'stage-started',
  'region-ready',
  'verify-started',
  'hooks-before-started',
  'hooks-after-started',
  'point-of-no-return',
  'abort',
  'reject',
  'undo-started',
  'hold-started',
] as const;
export type MilestoneVerb = (typeof milestoneVerbs)[number];
