/** Dialogs of verbs that let something go on: deploy, resume, lock and unlock. */
import { isBegunIn } from '../../../domain/progress/begun.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { whyNotOpened } from '../../../domain/lane/lock-rules.ts';
import { lockSinceText, untilText } from '../../../domain/progress/lock-text.ts';
import { authorsText, counted, lasted } from '../../../domain/progress/plain-text.ts';
import type { DeployDialogFacts, DialogText, LockDialogFacts, TokenDialogFacts } from './dialog-facts.ts';
import {
  change,
  hooksToRun,
  hooksToUndo,
  line,
  losesData,
  queueText,
  revertedLine,
  sentences,
  sortedRegions,
  whyNoToken,
  whyOver,
} from './dialog-words.ts';
import { emergencyText, quorumText } from '../../../domain/plan/policy-text.ts';
import { gatesLines } from './gates-line.ts';
import { hostsIn, hostsOnButton, switchText, type HostsThere } from './switching-hosts.ts';

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

export function resumeDialog(facts: TokenDialogFacts): DialogText {
  if (losesData(facts)) return loseDataDialog(facts);
  const { deployment, took, service } = facts;
  const { deployment: name, release, from, paused, held, waiting } = deployment;
  const left = hostsLeft(facts);
  const idle = paused || held ? null : `${name} is neither paused nor held`;
  return {
    title: `Resume ${name}?`,
    lines: [
      line('What', `${held ? judgedAgain : 'Batches go on.'} ${switchText(left, { from, to: release })}.`),
      ...(waiting === null ? [] : [line('Why', waiting)]),
      hooksToRun(facts.hooks),
      line('Time', durationText(took.deploy)),
      line(
        'After',
        `${held ? 'Hosts switch if it goes on.' : 'Hosts switch.'} Undo this: abort ${name}, or roll ${service} back.`,
      ),
    ],
    keep: held ? 'Keep it held' : 'Keep it paused',
    confirm: held ? `Have ${name} judged again` : `Resume on ${hostsOnButton(left)}`,
    reason: 'none',
    refused: whyOver(facts) ?? whyFailed(facts) ?? idle ?? whyNoToken(facts),
    meaning: {
      release,
      from,
      paused,
      held,
      plan: facts.binding?.planDigest ?? null,
      regions: sortedRegions(deployment),
    },
  };
}

/** A failure of this release stays one, whoever looks at it again. */
const judgedAgain =
  'It is judged again, and what failed still counts: if that is too much it fails and goes back, or is held again while hosts without the release are unhealthy too; else batches go on.';

/** It has stopped, and a person chooses how it ends: that it goes on is not among it. */
const whyFailed = ({ deployment: { deployment, held, verbs, waiting } }: TokenDialogFacts): string | null =>
  held && verbs.includes('abort') && !verbs.includes('resume')
    ? `${deployment}: ${waiting ?? 'it has failed, and a person must abort it'}`
    : null;

/** The same verb where everything else is undone: what is agreed to is the loss. */
function loseDataDialog(facts: TokenDialogFacts): DialogText {
  const { deployment } = facts;
  const { deployment: name, waiting } = deployment;
  return {
    title: `Undo the rest of ${name}, and lose data?`,
    lines: [
      ...(waiting === null ? [] : [line('What', waiting)]),
      hooksToUndo(facts),
      line('After', `${name} ends. What is lost can't be brought back by Slipway.`),
    ],
    keep: 'Keep the data',
    confirm: `Run it and lose data of ${name}`,
    reason: 'none',
    refused: whyOver(facts) ?? whyNoToken(facts),
    meaning: { release: deployment.release, losing: true, plan: facts.binding?.planDigest ?? null },
  };
}

/** Regions that it has begun in have counted their hosts for it; of the others it is known what they last reported. */
function hostsLeft({ deployment: { regions, hosts: shown }, hosts }: TokenDialogFacts): HostsThere {
  const { unknown } = hostsIn(
    regions.filter((each) => !isBegunIn(each)).map(({ region }) => region),
    hosts,
  );
  const count = Math.max(0, shown.total - shown.onRelease);
  return { count, regions: regions.map(({ region }) => region), unknown };
}

export function lockDialog({ service, lane, person, rights }: LockDialogFacts): DialogText {
  const { lock } = lane;
  const isOthers = lock !== null && whyNotOpened(lock, person, rights) !== null;
  const goesOn = lane.active === null ? '' : `${lane.active.deployment} goes on.`;
  return {
    title: `Lock ${service}?`,
    lines: [
      line('What', sentences(`No deployment of ${service} starts until it is unlocked; rollbacks do.`, goesOn)),
      ...(lock === null ? [] : [line('Now', `L${lockSinceText(lock).slice(1)}. Its end becomes what you say.`)]),
      line('After', `Merges wait in the lane. Undo this: unlock ${service}.`),
    ],
    keep: 'Leave it open',
    confirm: `Lock ${service}`,
    reason: 'required',
    refused: isOthers ? `locked already, by ${lock.owner}${untilText(lock)}: "${lock.reason}"` : null,
    meaning: {},
  };
}

export function unlockDialog({ service, lane, currentRelease, person, rights }: LockDialogFacts): DialogText {
  const { lock, queue, active } = lane;
  const [next] = queue;
  const starts =
    next === undefined ? 'Nothing waits.' : `${next.deployment} starts: ${change(currentRelease, next.release)}.`;
  const later = next !== undefined && active !== null ? `${queueText(lane)} for ${active.deployment}.` : starts;
  return {
    title: `Unlock ${service}?`,
    lines: [
      line('What', lock === null ? 'The lane is open.' : `L${lockSinceText(lock).slice(1)}.`),
      line('After', sentences(later, `Undo this: lock ${service}; what has started is aborted.`)),
    ],
    keep: 'Keep it locked',
    confirm: next === undefined || active !== null ? `Unlock ${service}` : `Unlock and start ${next.deployment}`,
    reason: 'required',
    refused: lock === null ? `${service} is not locked` : whyNotOpened(lock, person, rights),
    meaning: { lock, next: next?.deployment ?? null },
  };
}
