/** The dialog of an approval: what would switch, who has agreed, and whether this person's approval would count. */
import { howToCount } from '../../../domain/access/how-to-count.ts';
import { mayApprove, whoMayApprove } from '../../../domain/approval/eligible.ts';
import { isExcluded } from '../../../domain/approval/excluded.ts';
import { notAsked } from '../../../domain/approval/not-asked.ts';
import { decideQuorum, type QuorumDecision } from '../../../domain/approval/quorum.ts';
import { samePerson } from '../../../domain/approval/same-person.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { counted, named } from '../../../domain/progress/plain-text.ts';
import { quorumText } from '../../../domain/plan/policy-text.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { DialogText, TokenDialogFacts } from './dialog-facts.ts';
import {
  hooksToRun,
  line,
  saidNow,
  sentences,
  sortedRegions,
  startText,
  wayBack,
  whyNoToken,
  whyOver,
} from './dialog-words.ts';
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
      ...wayBack(facts.hooks),
      line('Time', durationText(took.deploy)),
      line('After', sentences(afterApproval(facts), `Undo this: abort ${name}.`)),
    ],
    keep: 'Not now',
    confirm: `Approve @${release} for ${hostsOnButton(there)}`,
    reason: 'none',
    refused:
      whyOver(facts) ?? whyNotAsked(facts) ?? own ?? whyNotCounted(facts) ?? whyNotTwice(facts) ?? whyNoToken(facts),
    meaning: {
      release,
      from,
      plan: facts.binding?.planDigest ?? null,
      ...(stage !== null && { stage }),
      regions: stage === null ? sortedRegions(deployment) : regions.toSorted(),
    },
  };
}

/** A workflow of the version before doesn't say whom it asks: what is offered does. */
const whyNotAsked = ({ asked, binding, deployment: { deployment, state, verbs } }: TokenDialogFacts): string | null =>
  asked !== null || binding === null || verbs.includes('approve') ? null : notAsked(deployment, state);

/** Of the stage that is asked about, else of all. */
export const askedRegions = ({ asked, deployment }: TokenDialogFacts): readonly RegionName[] =>
  asked !== null && asked.stage !== null ? asked.binding.regions : deployment.regions.map(({ region }) => region);

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

/** As it is decided once this person has approved it, too. */
function afterApproval(facts: TokenDialogFacts): string {
  const { wanted, given, missing } = quorumWith(facts) ?? countedWith(facts);
  if (given >= wanted) return `${startText(facts)}.`;
  const among = missing.length === 0 ? '' : `, ${missing.join(', ')} among them`;
  return `It waits for ${counted(wanted - given, 'more approval')}${among}.`;
}

function quorumWith({ asked, person, roles, teams, excluded }: TokenDialogFacts): QuorumDecision | null {
  if (!asked?.approvals) return null;
  const own = { approver: person, role: null, roles, teams };
  const approvals = [...asked.approvals, own].map((approval) => ({ ...approval, approvedAt: saidNow }));
  return decideQuorum({ policy: asked.policy, approvals, excluded, nowMs: Date.parse(saidNow) });
}

/** Of a workflow of the version before, which says only whose approvals count. */
const countedWith = (facts: TokenDialogFacts): Pick<QuorumDecision, 'wanted' | 'given' | 'missing'> => ({
  wanted: wantedOf(facts),
  given: givenOf(facts) + (hasApproved(facts) ? 0 : 1),
  missing: [],
});

/** Persons are counted, not approvals. */
const whyNotTwice = (facts: TokenDialogFacts): string | null =>
  hasApproved(facts) ? `${facts.person} has approved it already: ${countsOf(facts)}` : null;

/** An approval in another role is taken, and counts for nothing. */
function whyNotCounted({ person, roles, teams, asked, service }: TokenDialogFacts): string | null {
  if (asked === null || mayApprove(asked.policy, { roles, teams })) return null;
  const needed = `${person} needs the role ${whoMayApprove(asked.policy)}`;
  return `${needed}. ${howToCount(person, asked.policy, service)}`;
}
