/** The dialog of an approval: what would switch, who has agreed, and whether this person's approval would count. */
import { howToGetRole } from '../../../domain/access/right.ts';
import { mayApprove, whoMayApprove } from '../../../domain/approval/eligible.ts';
import { isExcluded } from '../../../domain/approval/excluded.ts';
import { irreversible } from '../../../domain/hook/irreversible.ts';
import { samePerson } from '../../../domain/approval/same-person.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { counted, named } from '../../../domain/progress/plain-text.ts';
import { quorumText } from '../../../domain/plan/policy-text.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { DialogText, TokenDialogFacts } from './dialog-facts.ts';
import { hooksToRun, line, sentences, sortedRegions, whyNoToken, whyOver } from './dialog-words.ts';
import { hostsIn, hostsOnButton, switchText } from './switching-hosts.ts';

export function approveDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, took, hosts, person, excluded } = facts;
  const { deployment: name, release, from, subject } = deployment;
  const regions = askedRegions(facts);
  const stage = facts.asked?.stage ?? null;
  const there = hostsIn(regions, hosts);
  const own = isExcluded(excluded, person)
    ? 'it is your own change: another person who has the role approves it'
    : null;
  return {
    title: stage === null ? `Approve ${name}?` : `Approve stage ${stage} of ${name}?`,
    lines: [
      line('What', `${switchText(there, { from, to: release })}.`),
      line('Change', `"${subject}"`),
      line('Approval', `${countsOf(facts)} so far${byWhom(facts)}${byWhomElse(facts)}`),
      hooksToRun(facts.hooks),
      ...whyAsked(facts),
      line('Time', durationText(took.deploy)),
      line('After', sentences(afterApproval(facts), `Undo this: abort ${name}.`)),
    ],
    keep: 'Not now',
    confirm: `Approve @${release} for ${hostsOnButton(there)}`,
    reason: 'none',
    refused: whyOver(facts) ?? own ?? whyNotCounted(facts) ?? whyNotTwice(facts) ?? whyNoToken(facts),
    meaning: {
      release,
      from,
      plan: facts.binding?.planDigest ?? null,
      ...(stage !== null && { stage }),
      regions: stage === null ? sortedRegions(deployment) : regions.toSorted(),
    },
  };
}

/** Of the stage that is asked about, else of all. */
export const askedRegions = ({ asked, deployment }: TokenDialogFacts): readonly RegionName[] =>
  asked !== null && asked.stage !== null ? asked.binding.regions : deployment.regions.map(({ region }) => region);

/** Named on their own: this is what can't be taken back once it has been approved. */
function whyAsked({ hooks }: TokenDialogFacts): DialogText['lines'] {
  const cannot = irreversible(hooks);
  return cannot.length === 0 ? [] : [line('No way back', `${cannot.join('; ')}.`)];
}

/** The workflow knows better than the record of its last change: an approval may have expired since. */
const givenOf = ({ approvedBy, deployment: { approvals } }: TokenDialogFacts): number =>
  approvedBy?.length ?? approvals?.given ?? 0;
const wantedOf = ({ asked, deployment: { approvals } }: TokenDialogFacts): number =>
  asked?.policy.quorum ?? approvals?.wanted ?? 1;

/** `1 of 2` */
const countsOf = (facts: TokenDialogFacts): string => `${givenOf(facts)} of ${wantedOf(facts)}`;

const byWhom = ({ approvedBy = [] }: TokenDialogFacts): string =>
  approvedBy.length === 0 ? '' : ` (${named(approvedBy)})`;

/** Who counts, where not everyone does. */
const byWhomElse = ({ asked }: TokenDialogFacts): string =>
  asked?.policy.among === undefined ? '' : `; ${quorumText(asked.policy)}`;

const hasApproved = ({ approvedBy = [], person }: TokenDialogFacts): boolean =>
  approvedBy.some((each) => samePerson(each) === samePerson(person));

function afterApproval(facts: TokenDialogFacts): string {
  const missing = Math.max(0, wantedOf(facts) - givenOf(facts) - (hasApproved(facts) ? 0 : 1));
  return missing === 0 && facts.asked?.policy.among === undefined
    ? 'It starts at once.'
    : `It waits for ${counted(missing, 'more approval')}.`;
}

/** Persons are counted, not approvals. */
const whyNotTwice = (facts: TokenDialogFacts): string | null =>
  hasApproved(facts) ? `${facts.person} has approved it already: ${countsOf(facts)}` : null;

/** An approval in another role is taken, and counts for nothing. */
function whyNotCounted({ person, roles, teams, asked, service }: TokenDialogFacts): string | null {
  if (asked === null || mayApprove(asked.policy, { roles, teams })) return null;
  const needed = `${person} needs the role ${whoMayApprove(asked.policy)}`;
  const [role = 'release-owner'] = asked.policy.roles;
  return `${needed}. ${howToGetRole(person, role, service)}`;
}
