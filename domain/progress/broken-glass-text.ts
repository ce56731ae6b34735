import type { BrokenGlass, ReviewStanding } from '../approval/break-glass.ts';
import { clockTime, named } from './plain-text.ts';

/** An approval that people went past, and what was said of it. */
export interface ShownGlass {
  readonly stage: string | null;
  readonly broken: readonly Pick<BrokenGlass, 'person' | 'reason' | 'incident' | 'at'>[];
  readonly review: ReviewStanding['review'];
  readonly reviewedBy: string | null;
  readonly reviewReason: string | null;
}

/** The mark that a deployment carries for ever, in one sentence. */
export function brokenGlassText({ stage, broken, review, reviewedBy, reviewReason }: ShownGlass): string {
  const people = named([...new Set(broken.map(({ person }) => person))]);
  const why = [...new Set(broken.map(({ reason, incident }) => `"${reason}" (${incident})`))].join(', ');
  const [first] = broken;
  const when = first === undefined ? '' : ` ${clockTime(first.at)}`;
  const what = stage === null ? 'the approval' : `the approval of stage ${stage}`;
  const end = {
    none: '',
    wanted: '; another person has to review it',
    accepted: `; ${reviewedBy} accepts it: "${reviewReason}"`,
    objected: `; ${reviewedBy} objects: "${reviewReason}"`,
  }[review];
  return `${people} went past ${what}${when}: ${why}${end}`;
}
