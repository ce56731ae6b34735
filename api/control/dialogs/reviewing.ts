/** The dialog of who looks at an approval that another person went past. */
import { whyNoReview } from '../../../domain/approval/break-glass.ts';
import { clockTime } from '../../../domain/progress/plain-text.ts';
import { deploymentShown } from '../../../domain/progress/shown-state.ts';
import type { ReviewedStage } from '../access/access-records.ts';
import type { DeploymentDialogFacts, DialogText } from './dialog-facts.ts';
import { change, inRegions, line, sortedRegions, touchedRegions } from './dialog-words.ts';

export interface ReviewDialogFacts extends DeploymentDialogFacts {
  readonly person: string;
  /** What is looked at. */
  readonly glass: ReviewedStage;
}

export function reviewDialog({ deployment, person, glass }: ReviewDialogFacts): DialogText {
  const { deployment: name, brokenGlass = [], release, from, subject } = deployment;
  const { stage } = glass;
  const why = whyNoReview(glass, person);
  const broken = brokenGlass.find((each) => each.stage === stage)?.broken ?? [];
  const touched = touchedRegions(deployment);
  return {
    title: `Review the broken glass of ${stage === null ? name : `stage ${stage} of ${name}`}?`,
    lines: [
      ...broken.flatMap(({ person: who, role, at, reason, incident }) => [
        line('Who', `${who}, as ${role}, ${clockTime(at)}`),
        line('Why', `"${reason}"`),
        line('Incident', incident),
      ]),
      line(
        'Shipped',
        `${change(from, release)} "${subject}"${touched.length === 0 ? '' : ` in ${inRegions(touched)}`}.`,
      ),
      line('Now', deploymentShown(deployment).word),
      line('After', 'What you say stays beside the mark, on the deployment and in the audit, for ever.'),
    ],
    keep: 'Not now',
    confirm: `Record the review of ${name}`,
    reason: 'required',
    refused: why,
    meaning: { stage, broken: broken.map((each) => each.person), release, from, regions: sortedRegions(deployment) },
  };
}
