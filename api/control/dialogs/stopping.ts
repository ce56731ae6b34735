/** Dialogs of verbs that stop something: abort, rollback, reject, pause, and the end of an undo. */
import { whyNoAutomaticUndo } from '../../../domain/hook/irreversible.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import { counted, named } from '../../../domain/progress/plain-text.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { DeploymentDialogFacts, DialogText, RollbackDialogFacts } from './dialog-facts.ts';
import {
  change,
  hooksToUndo,
  inRegions,
  line,
  losesData,
  onceHeard,
  queueText,
  sentences,
  sortedRegions,
  touchedRegions,
  whyOver,
} from './dialog-words.ts';
import { backText, hostsGoBack, hostsIn, hostsOnButton } from './switching-hosts.ts';

export function abortDialog(facts: DeploymentDialogFacts): DialogText {
  const { deployment, took } = facts;
  const { deployment: name, release, from, hosts } = deployment;
  const touched = touchedRegions(deployment);
  const hasSwitched = touched.length > 0;
  const hasRun = facts.begunHooks.length > 0;
  const isTouched = hasSwitched || hasRun;
  const back = `${hostsGoBack(hosts.onRelease)} ${change(release, from)} in ${inRegions(touched)}`;
  const nothing = deployment.state === 'queued' ? `${name} is taken out of the queue` : 'No host has switched';
  const isPast = deployment.pointOfNoReturn && deployment.outcome === null;
  return {
    title: isTouched ? `Abort ${name} and undo?` : `Abort ${name}?`,
    lines: [
      line(
        'What',
        hasSwitched
          ? `${back}${onceHeard(touched, facts)}.`
          : `${nothing}${hasRun ? '.' : ': there is nothing to undo.'}`,
      ),
      hooksToUndo(facts),
      ...backToWhatCannotRun(facts),
      line(
        'Time',
        isTouched ? `${durationText(took.undo)}, regions in parallel. No network needed on hosts.` : 'at once',
      ),
      line('After', afterUndo(facts, isTouched)),
    ],
    keep: 'Keep it running',
    confirm: hasSwitched
      ? `Abort and undo on ${counted(hosts.onRelease, 'host')}`
      : `Abort ${name}${hasRun ? ' and undo its hooks' : ''}`,
    reason: 'optional',
    refused: whyOver(facts) ?? (isPast ? `${name} is past its point of no return: roll back instead` : null),
    meaning: { release, to: from, regions: sortedRegions(deployment) },
  };
}

/** A person may have it undone all the same. */
function backToWhatCannotRun({ hooks, deployment }: DeploymentDialogFacts): DialogText['lines'] {
  const why = whyNoAutomaticUndo(hooks);
  return why === null || touchedRegions(deployment).length === 0
    ? []
    : [line('No way back', `Hosts go back to what may not run: ${why}.`)];
}

function afterUndo({ lane, lockAfter, deployment, service }: DeploymentDialogFacts, isTouched: boolean): string {
  const queue = lane.queue.filter((each) => each.deployment !== deployment.deployment);
  const waits = queueText({ ...lane, queue });
  const again = `deploy ${service}@${deployment.release} again`;
  if (isTouched && lockAfter)
    return `The lane is locked${waits === '' ? '' : `; ${waits}`}. Undo this: unlock ${service}, ${again}.`;
  return sentences(waits === '' ? '' : `${queue[0]?.deployment} is next.`, `Undo this: ${again}.`);
}

export function rollbackDialog(facts: RollbackDialogFacts): DialogText {
  const { service, active, target, currentRelease, regions, lane, took } = facts;
  const open = [lane.active, ...lane.queue].find((entry) => entry?.kind === 'rollback');
  const isUndone =
    active !== null && !active.deployment.pointOfNoReturn && touchedRegions(active.deployment).length > 0;
  if (isUndone && !open && facts.named === null) return undoingRollback(active);
  const there = hostsIn(regions, facts.hosts);
  const running = active?.deployment.pointOfNoReturn ? active.deployment.release : currentRelease;
  const stopped = active === null || active.deployment.pointOfNoReturn ? null : active;
  return {
    title: `Roll ${service} back?`,
    lines: [
      line(
        'What',
        sentences(`${backText(there, running, target)}${onceHeard(regions, facts)}.`, cancelledText(stopped)),
      ),
      stopped === null || stopped.begunHooks.length === 0
        ? line('Hooks', 'none: a rollback runs none, and what those of the release did stays')
        : line('Hooks', `of ${stopped.deployment.deployment}: ${hooksToUndo(stopped).text} The rollback runs none.`),
      line(
        'Time',
        facts.named?.further
          ? `${durationText(took.deploy)}, by the stages and approvals of its own spec: it ran longer ago than the previous release.`
          : `${durationText(took.rollback ?? took.deploy)}, all regions at once: one host first, then all. No approval.`,
      ),
      line(
        'After',
        sentences(
          `The lane is locked${waiting(lane)}.`,
          `Undo this: unlock ${service}, deploy ${service}@${running ?? '…'} again.`,
        ),
      ),
    ],
    keep: 'Leave it as it is',
    confirm: `Roll back ${hostsOnButton(there)}`,
    reason: facts.named === null ? 'optional' : 'required',
    refused: open ? `${open.deployment} rolls it back already` : whyNoRollback(facts, isUndone),
    meaning: {
      from: running,
      to: target,
      active: active?.deployment.deployment ?? null,
      regions: regions.toSorted(),
      ...(stopped !== null && stopped.begunHooks.length > 0 && { undoesHooks: stopped.begunHooks.length }),
      ...(facts.named?.further && { further: true }),
    },
  };
}

/** Its hooks are undone also where no host has switched. */
function cancelledText(active: DeploymentDialogFacts | null): string {
  if (active === null) return '';
  return `${active.deployment.deployment} is cancelled${active.begunHooks.length === 0 ? '' : ', and its hooks are undone'}.`;
}

function whyNoRollback({ service, active, target, named: of }: RollbackDialogFacts, isTouched: boolean): string | null {
  if (of !== null && active !== null && isTouched)
    return `${active.deployment.deployment} has touched a region: abort it first, or roll back to what ran before, in all regions`;
  if (of?.refused) return `${service}${of.refused}`;
  return target === null ? `no release of ${service} ran before this one, or none that may still run` : null;
}

/** A rollback overtakes what waits: regions take no lower number after its own. */
const waiting = (lane: Lane): string => {
  const text = queueText(lane);
  return text === '' ? '' : `; ${text}, then under a new number`;
};

/** What moves is undone instead. */
function undoingRollback(active: DeploymentDialogFacts): DialogText {
  const abort = abortDialog(active);
  const { service, deployment } = active;
  return {
    ...abort,
    title: `Roll ${service} back: abort ${deployment.deployment} and undo?`,
    meaning: { ...abort.meaning, active: deployment.deployment },
  };
}

export function rejectDialog(facts: DeploymentDialogFacts): DialogText {
  const { deployment, lane, service } = facts;
  const { deployment: name, release } = deployment;
  // Hooks before all regions have run when the first stage's approval is asked.
  const isTouched = touchedRegions(deployment).length > 0 || facts.begunHooks.length > 0;
  const isOfStage = deployment.approvals?.stage !== undefined && deployment.verbs.includes('reject');
  const next = lane.queue[0];
  return {
    title: `Reject ${name}?`,
    lines: [
      line('What', isOfStage && isTouched ? whatIsUndone(facts) : `${name} ends; no host has switched to @${release}.`),
      ...(isTouched ? [hooksToUndo(facts), ...backToWhatCannotRun(facts)] : []),
      line(
        'After',
        isTouched
          ? afterUndo(facts, true)
          : sentences(
              next === undefined ? '' : `${next.deployment} is next.`,
              `Undo this: deploy ${service}@${release} again.`,
            ),
      ),
    ],
    keep: 'Leave it waiting',
    confirm: `Reject ${name}`,
    reason: 'required',
    refused: whyOver(facts) ?? (isTouched && !isOfStage ? `${name} has begun: abort it instead` : null),
    meaning: {
      release,
      stage: deployment.approvals?.stage ?? null,
      touched: touchedRegions(deployment).toSorted(),
      undoesHooks: facts.begunHooks.length,
    },
  };
}

function whatIsUndone(facts: DeploymentDialogFacts): string {
  const { release, from, hosts } = facts.deployment;
  const touched = touchedRegions(facts.deployment);
  if (touched.length === 0)
    return `The stage does not begin: no host has switched to @${release}, and its hooks are undone.`;
  const back = `${hostsGoBack(hosts.onRelease)} ${change(release, from)} in ${inRegions(touched)}`;
  return `The stage does not begin, and all is undone: ${back}${onceHeard(touched, facts)}.`;
}

export function pauseDialog(facts: DeploymentDialogFacts): DialogText {
  const { deployment } = facts;
  const { deployment: name, paused } = deployment;
  return {
    title: `Pause ${name}?`,
    lines: [
      line('What', 'Batches that are allowed finish, no other starts.'),
      line('After', `${name} stays where it is. Undo this: resume it.`),
    ],
    keep: 'Let it go on',
    confirm: `Pause ${name}`,
    reason: 'optional',
    refused: whyOver(facts) ?? (paused ? `${name} is paused already` : null),
    meaning: {},
  };
}

export function endUndoDialog(facts: DeploymentDialogFacts): DialogText {
  const { deployment } = facts;
  const { deployment: name, state, regions } = deployment;
  const left = regions
    .filter((each) => each.state === 'undoing' || each.state === 'unreachable')
    .map(({ region }) => region);
  const where = left.length === 0 ? 'No region' : inRegions(left);
  const losing = losesData(facts);
  return {
    title: `End the undo of ${name}?`,
    lines: [
      line(
        'What',
        losing
          ? 'What would lose data is not run: it, and what ran before it, stays for a person.'
          : left.length > 0 || facts.begunHooks.length === 0
            ? `${where} is not undone yet: nobody waits for it any longer.`
            : 'Undos of hooks that have not ended are given up, and left to a person.',
      ),
      hooksToUndo(facts),
      line(
        'After',
        left.length === 0 ? `${name} ends.` : `${name} ends; hosts in ${named(left)} go back when it answers.`,
      ),
    ],
    keep: 'Wait on',
    confirm: `End the undo of ${name}`,
    reason: 'none',
    refused: whyOver(facts) ?? (state === 'undoing' ? null : `${name} is not being undone`),
    meaning: { release: deployment.release, to: deployment.from, regions: sortedRegions(deployment), losing },
  };
}
