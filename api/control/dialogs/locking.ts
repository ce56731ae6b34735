import { whyNotOpened } from '../../../domain/lane/lock-rules.ts';
import { lockSinceText, untilText } from '../../../domain/progress/lock-text.ts';
import type { DialogText, LockDialogFacts } from './dialog-facts.ts';
import { change, line, queueText, sentences } from './dialog-words.ts';

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
