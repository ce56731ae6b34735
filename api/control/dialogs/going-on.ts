/** Dialogs of verbs that let something go on: deploy, approve, resume, lock and unlock. */
import { isExcluded } from '../../../domain/approval/excluded.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { authorsText, clockTime, counted, lasted } from '../../../domain/progress/plain-text.ts';
import type { DeployDialogFacts, DialogText, ServiceDialogFacts, TokenDialogFacts } from './dialog-facts.ts';
import { change, hooksLine, inRegions, line, queueText, sentences, sortedRegions, whyOver } from './dialog-words.ts';

export function deployDialog({ plan, lane, service }: DeployDialogFacts): DialogText {
  const { release, from, stages, approval, commit, tookMs, ahead, lock } = plan;
  const regions = stages.flatMap((stage) => stage.regions);
  const count = regions.reduce((sum, { hosts }) => sum + (hosts ?? 0), 0);
  const where = inRegions(regions.map(({ region }) => region));
  const first = lane.active ?? lane.queue[0];
  const starts = ahead === 0 ? 'It starts at once.' : `${first?.deployment} goes first.`;
  const took = tookMs === null ? 'no measure yet' : `${lasted(tookMs.least)} to ${lasted(tookMs.most)} after approval`;
  const agree =
    approval === null
      ? 'nobody has to agree'
      : `${counted(approval.quorum, 'approval')} by ${approval.roles.join(' or ')}`;
  return {
    title: `Deploy ${service}@${release}?`,
    lines: [
      line(
        'What',
        `${counted(count, 'host')} go ${change(from, release)} in ${where}, ${counted(stages.length, 'stage')}.`,
      ),
      line('Change', `"${commit.subject}" by ${authorsText(commit.authors)}, ${commit.id.slice(0, 7)}`),
      line('Approval', agree),
      hooksLine,
      line('Time', took),
      line('After', sentences(starts, `Undo this: abort it, or roll ${service} back.`)),
    ],
    keep: 'Do not deploy',
    confirm: `Deploy @${release} to ${counted(count, 'host')}`,
    reason: 'optional',
    refused: lock === null ? null : `locked since ${clockTime(lock.since)} by ${lock.owner}: "${lock.reason}"`,
    meaning: { plan: plan.digest },
  };
}

export function approveDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, took, person, excluded } = facts;
  const { deployment: name, release, from, regions, hosts, approvals, subject } = deployment;
  const missing = Math.max(0, (approvals?.wanted ?? 1) - (approvals?.given ?? 0) - 1);
  const own = isExcluded(excluded, person)
    ? 'it is your own change: another person who has the role approves it'
    : null;
  return {
    title: `Approve ${name}?`,
    lines: [
      line(
        'What',
        `${counted(hosts.total, 'host')} go ${change(from, release)} in ${inRegions(regions.map(({ region }) => region))}.`,
      ),
      line('Change', `"${subject}"`),
      hooksLine,
      line('Time', durationText(took.deploy)),
      line(
        'After',
        sentences(
          missing === 0 ? 'It starts at once.' : `It waits for ${counted(missing, 'more approval')}.`,
          `Undo this: abort ${name}.`,
        ),
      ),
    ],
    keep: 'Not now',
    confirm: `Approve @${release} for ${counted(hosts.total, 'host')}`,
    reason: 'none',
    refused: whyOver(facts) ?? own ?? whyNotCounted(facts) ?? whyNoToken(facts),
    meaning: { release, from, plan: facts.binding?.planDigest ?? null, regions: sortedRegions(deployment) },
  };
}

/** An approval in another role is taken, and counts for nothing. */
const whyNotCounted = ({ person, roles, approvers }: TokenDialogFacts): string | null =>
  approvers.length === 0 || approvers.some((role) => roles.includes(role))
    ? null
    : `${person} needs the role ${approvers.join(' or ')}`;

export function resumeDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, took, service } = facts;
  const { deployment: name, release, from, regions, hosts, paused, held, waiting } = deployment;
  const left = Math.max(0, hosts.total - hosts.onRelease);
  const idle = paused || held ? null : `${name} is neither paused nor held`;
  return {
    title: `Resume ${name}?`,
    lines: [
      line(
        'What',
        `Batches go on: ${counted(left, 'host')} go ${change(from, release)} in ${inRegions(regions.map(({ region }) => region))}.`,
      ),
      ...(waiting === null ? [] : [line('Why', waiting)]),
      hooksLine,
      line('Time', durationText(took.deploy)),
      line('After', `Hosts switch. Undo this: abort ${name}, or roll ${service} back.`),
    ],
    keep: held ? 'Keep it held' : 'Keep it paused',
    confirm: `Resume on ${counted(left, 'host')}`,
    reason: 'none',
    refused: whyOver(facts) ?? idle ?? whyNoToken(facts),
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

const whyNoToken = ({ binding, deployment: { deployment } }: TokenDialogFacts): string | null =>
  binding === null ? `the plan of ${deployment} is not made yet` : null;

export function lockDialog({ service, lane }: ServiceDialogFacts): DialogText {
  const goesOn = lane.active === null ? '' : `${lane.active.deployment} goes on.`;
  return {
    title: `Lock ${service}?`,
    lines: [
      line('What', sentences(`No deployment of ${service} starts until it is unlocked; rollbacks do.`, goesOn)),
      line('After', `Merges wait in the lane. Undo this: unlock ${service}.`),
    ],
    keep: 'Leave it open',
    confirm: `Lock ${service}`,
    reason: 'required',
    refused: lane.lock === null ? null : `locked already, by ${lane.lock.owner}: "${lane.lock.reason}"`,
    meaning: {},
  };
}

export function unlockDialog({ service, lane, currentRelease }: ServiceDialogFacts): DialogText {
  const { lock, queue, active } = lane;
  const [next] = queue;
  const starts =
    next === undefined ? 'Nothing waits.' : `${next.deployment} starts: ${change(currentRelease, next.release)}.`;
  const later = next !== undefined && active !== null ? `${queueText(lane)} for ${active.deployment}.` : starts;
  return {
    title: `Unlock ${service}?`,
    lines: [
      line(
        'What',
        lock === null
          ? 'The lane is open.'
          : `Locked since ${clockTime(lock.since)} by ${lock.owner}: "${lock.reason}".`,
      ),
      line('After', sentences(later, `Undo this: lock ${service}; what has started is aborted.`)),
    ],
    keep: 'Keep it locked',
    confirm: next === undefined || active !== null ? `Unlock ${service}` : `Unlock and start ${next.deployment}`,
    reason: 'required',
    refused: lock === null ? `${service} is not locked` : null,
    meaning: { lock, next: next?.deployment ?? null },
  };
}
