import { lockSinceText } from '../../../domain/progress/lock-text.ts';
import { authorsText, counted, lasted } from '../../../domain/progress/plain-text.ts';
import type { DeployDialogFacts, DialogText } from './dialog-facts.ts';
import { hooksToRun, line, revertedLine, sentences } from './dialog-words.ts';
import { emergencyText, quorumText } from '../../../domain/plan/policy-text.ts';
import { gatesLines } from './gates-line.ts';
import { hostsIn, hostsOnButton, switchText } from './switching-hosts.ts';

export function deployDialog(facts: DeployDialogFacts): DialogText {
  const { plan, kind, lane, service, hosts, althoughReverted = false, queue = false, frozen = null } = facts;
  const { release, from, stages, approval, commit, tookMs, ahead, lock } = plan;
  const there = hostsIn(regionsOf(plan), hosts);
  const first = lane.active ?? lane.queue[0];
  const kept = (plan.waits ?? []).map((text) => `It does not begin now: ${text}.`);
  const atOnce = kept.length > 0 ? '' : 'It starts at once.';
  const starts = ahead === 0 ? atOnce : `${first?.deployment} goes first.`;
  const waits =
    queue && lock !== null ? `L${lockSinceText(lock).slice(1)}. It waits until ${service} is unlocked.` : starts;
  const took = tookMs === null ? 'no measure yet' : `${lasted(tookMs.least)} to ${lasted(tookMs.most)} after approval`;
  const agree =
    approval === null
      ? 'nobody has to agree'
      : `${quorumText(approval)}, other than who asks for it or wrote it; ${emergencyText(approval)}`;
  const held = lock === null ? frozen : lockSinceText(lock);
  const mayWaitFor = [...(lock === null ? [] : ['lock' as const]), ...(frozen === null ? [] : ['freeze' as const])];
  const isForward = kind === 'roll-forward';
  return {
    title: isForward ? `Roll ${service} forward to @${release}?` : `Deploy ${service}@${release}?`,
    lines: [
      line('What', `${switchText(there, { from, to: release, also: `, ${counted(stages.length, 'stage')}` })}.`),
      line('Change', `"${commit.subject}" by ${authorsText(commit.authors)}, ${commit.id.slice(0, 7)}`),
      ...revertedLine(plan.reverted, althoughReverted),
      line('Approval', agree),
      ...gatesLines(plan),
      hooksToRun(plan),
      line('Time', took),
      line('After', sentences(waits, ...kept, `Undo this: abort it, or roll ${service} back.`)),
    ],
    keep: isForward ? 'Do not roll forward' : 'Do not deploy',
    confirm: isForward
      ? `Roll forward to @${release} on ${hostsOnButton(there)}`
      : `Deploy @${release} to ${hostsOnButton(there)}`,
    reason: 'optional',
    refused: (queue ? null : held) ?? (althoughReverted ? null : plan.reverted),
    ...(held !== null && { mayWaitFor }),
    meaning: {
      kind,
      plan: plan.digest,
      ...(queue && { queue }),
      ...(althoughReverted && { althoughReverted: plan.reverted }),
    },
  };
}

const regionsOf = ({ stages }: DeployDialogFacts['plan']) =>
  stages.flatMap(({ regions }) => regions.map(({ region }) => region));
