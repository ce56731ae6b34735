/** What a person's signed token lets go on, of a deployment on its way; what only stops things needs none. */
import { approvalVerbs, type ApprovalVerb } from '../approval/approval.ts';
import type { OfferedVerb } from '../progress/offered-verbs.ts';
import type { WaitKind } from '../progress/waiting.ts';

/** Waits that nothing ends but the verb. A bake, and a region that is skipped, may come to their ends without it. */
const endedBy: Readonly<Record<ApprovalVerb, readonly WaitKind[]>> = {
  approve: ['approval', 'stage-approval'],
  'break-glass': ['approval', 'stage-approval'],
  resume: ['resume', 'decision', 'data-loss'],
  'end-undo': ['late-undo', 'data-loss'],
  promote: [],
  'skip-region': [],
};

const verbs: ReadonlySet<OfferedVerb> = new Set(approvalVerbs);
const waits: ReadonlySet<WaitKind> = new Set(Object.values(endedBy).flat());

export const needsToken = (verb: OfferedVerb): boolean => verbs.has(verb);

/** It goes on by a token: where none is looked at any more, it does not. */
export const goesOnByToken = (wait: WaitKind): boolean => waits.has(wait);
