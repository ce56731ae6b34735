/** The dialog of an approval: what would switch, who has agreed, and whether this person's approval would count. */
import { isExcluded } from '../../../domain/approval/excluded.ts';
import { irreversible } from '../../../domain/hook/irreversible.ts';
import { samePerson } from '../../../domain/approval/same-person.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { counted, named } from '../../../domain/progress/plain-text.ts';
import type { DialogText, TokenDialogFacts } from './dialog-facts.ts';
import { hooksToRun, line, sentences, sortedRegions, whyNoToken, whyOver } from './dialog-words.ts';
import { hostsIn, hostsOnButton, switchText } from './switching-hosts.ts';

export function approveDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, took, hosts, person, excluded } = facts;
  const { deployment: name, release, from, regions, subject } = deployment;
  const there = hostsIn(
    regions.map(({ region }) => region),
    hosts,
  );
  const own = isExcluded(excluded, person)
    ? 'it is your own change: another person who has the role approves it'
    : null;
  return {
    title: `Approve ${name}?`,
    lines: [
      line('What', `${switchText(there, { from, to: release })}.`),
      line('Change', `"${subject}"`),
      line('Approval', `${countsOf(facts)} so far${byWhom(facts)}`),
      hooksToRun(facts.hooks),
      ...whyAsked(facts),
      line('Time', durationText(took.deploy)),
      line('After', sentences(afterApproval(facts), `Undo this: abort ${name}.`)),
    ],
    keep: 'Not now',
    confirm: `Approve @${release} for ${hostsOnButton(there)}`,
    reason: 'none',
    refused: whyOver(facts) ?? own ?? whyNotCounted(facts) ?? whyNotTwice(facts) ?? whyNoToken(facts),
    meaning: { release, from, plan: facts.binding?.planDigest ?? null, regions: sortedRegions(deployment) },
  };
}

/** Named on their own: this is what can't be taken back once it has been approved. */
function whyAsked({ hooks }: TokenDialogFacts): DialogText['lines'] {
  const cannot = irreversible(hooks);
  return cannot.length === 0 ? [] : [line('No way back', `${cannot.join('; ')}.`)];
}

/** The workflow knows better than the record of its last change: an approval may have expired since. */
const givenOf = ({ approvedBy, deployment: { approvals } }: TokenDialogFacts): number =>
  approvedBy?.length ?? approvals?.given ?? 0;
const wantedOf = ({ deployment: { approvals } }: TokenDialogFacts): number => approvals?.wanted ?? 1;

/** `1 of 2` */
const countsOf = (facts: TokenDialogFacts): string => `${givenOf(facts)} of ${wantedOf(facts)}`;

const byWhom = ({ approvedBy = [] }: TokenDialogFacts): string =>
  approvedBy.length === 0 ? '' : ` (${named(approvedBy)})`;

const hasApproved = ({ approvedBy = [], person }: TokenDialogFacts): boolean =>
  approvedBy.some((each) => samePerson(each) === samePerson(person));

function afterApproval(facts: TokenDialogFacts): string {
  const missing = Math.max(0, wantedOf(facts) - givenOf(facts) - (hasApproved(facts) ? 0 : 1));
  return missing === 0 ? 'It starts at once.' : `It waits for ${counted(missing, 'more approval')}.`;
}

/** Persons are counted, not approvals. */
const whyNotTwice = (facts: TokenDialogFacts): string | null =>
  hasApproved(facts) ? `${facts.person} has approved it already: ${countsOf(facts)}` : null;

/** An approval in another role is taken, and counts for nothing. */
const whyNotCounted = ({ person, roles, approvers }: TokenDialogFacts): string | null =>
  approvers.length === 0 || approvers.some((role) => roles.includes(role))
    ? null
    : `${person} needs the role ${approvers.join(' or ')}`;
