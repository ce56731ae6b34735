/** The dialog of who goes past an approval: what is bypassed, by name, and what follows from it for ever. */
import {
  breakGlassRoles,
  decideBreakGlass,
  defaultBreakGlass,
  type BreakGlassPolicy,
  type BrokenGlass,
} from '../../../domain/approval/break-glass.ts';
import { samePerson } from '../../../domain/approval/same-person.ts';
import { quorumText } from '../../../domain/plan/policy-text.ts';
import { named } from '../../../domain/progress/plain-text.ts';
import { askedRegions } from './approving.ts';
import type { DialogText, TokenDialogFacts } from './dialog-facts.ts';
import { hooksToRun, line, saidNow, sentences, startText, whyNoToken, whyOver } from './dialog-words.ts';
import { hostsIn, hostsOnButton, switchText } from './switching-hosts.ts';

export function breakGlassDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, hosts, asked } = facts;
  const { deployment: name, release, from } = deployment;
  const regions = askedRegions(facts);
  const there = hostsIn(regions, hosts);
  const stage = asked?.stage ?? null;
  const policy = asked?.policy.breakGlass ?? defaultBreakGlass;
  return {
    title: `Break glass for ${stage === null ? name : `stage ${stage} of ${name}`}?`,
    lines: [
      line('What', `${switchText(there, { from, to: release })}, although not all have agreed.`),
      line('Bypassed', asked === null ? 'nothing' : `${quorumText(asked.policy)}.`),
      hooksToRun(facts.hooks),
      line('After', afterBreaking(facts, policy)),
      line('Mark', 'who, why and for which incident stays on the deployment and in the audit for ever.'),
    ],
    keep: 'Leave it shut',
    confirm: `Break glass: @${release} for ${hostsOnButton(there)}`,
    reason: 'required',
    refused: whyOver(facts) ?? whyNotBroken(facts, policy) ?? whyNoToken(facts),
    meaning: {
      release,
      from,
      plan: facts.binding?.planDigest ?? null,
      ...(stage !== null && { stage }),
      policy,
      regions: regions.toSorted(),
    },
  };
}

/** As it is decided once this person has broken it, too. Of those before only who still counts is known, and that they do. */
function afterBreaking(facts: TokenDialogFacts, policy: BreakGlassPolicy): string {
  const { asked, person, excluded } = facts;
  const before = asked?.brokenBy ?? [];
  const others = before.filter((each) => samePerson(each) !== samePerson(person));
  const broken = [...before, person].map(wordOf);
  const { outcome, missing, review } = decideBreakGlass({ policy, broken, excluded, nowMs: Date.parse(saidNow) });
  if (outcome === 'shut')
    return missing === null ? 'It waits.' : `It waits for ${missing} to break glass, for an hour.`;
  const whoElse = others.length === 0 ? '' : `: ${named(others)} broke glass before`;
  return sentences(`${startText(facts)}${whoElse}.`, review ? 'Another person has to review it afterwards.' : '');
}

const wordOf = (person: string): BrokenGlass => ({
  person,
  role: breakGlassRoles[0]!,
  reason: '',
  incident: '',
  at: saidNow,
});

function whyNotBroken({ deployment, asked, person, roles }: TokenDialogFacts, policy: BreakGlassPolicy): string | null {
  const { deployment: name } = deployment;
  if (asked === null) return `${name} waits for no approval: there is nothing to go past`;
  if (policy === 'never') return `nobody goes past the approval of ${name}: breakGlass is never`;
  if (asked.brokenBy.some((each) => samePerson(each) === samePerson(person)))
    return `${person} broke glass already: a second person is wanted`;
  return breakGlassRoles.some((role) => roles.includes(role))
    ? null
    : `${person} needs the role ${breakGlassRoles.join(' or ')}`;
}
