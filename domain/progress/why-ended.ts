import type { DeploymentOutcome } from '../states.ts';
import { isBegunIn } from './begun.ts';
import { outcomeSentence } from './outcome.ts';
import { named } from './plain-text.ts';
import {
  lookAfterStep,
  nothingNeeded,
  unlockStep,
  type DeploymentFacts,
  type NextStep,
  type Why,
} from './why-facts.ts';

type EndedFacts = DeploymentFacts & { readonly outcome: DeploymentOutcome };

/** Why something ended so, and what it leaves to do; `null` when it succeeded everywhere. */
export function whyEnded(facts: EndedFacts): Why | null {
  const { outcome, pending, since } = facts;
  if (outcome === 'succeeded' && pending.length === 0) return null;
  const step = facts.isNewest ? stepAfter(facts) : null;
  const next = step ?? { text: nothingLeft(facts), command: null, verb: null };
  return { cause: outcomeSentence(facts), since, next, needsSomeone: step !== null };
}

function nothingLeft({ pending }: EndedFacts): string {
  return pending.length === 0 ? nothingNeeded : `Nothing needs you: ${named(pending)} is told when it answers.`;
}

/** What a person has to do now that it ended; `null` for what somebody wanted so, or what was put right. */
function stepAfter(facts: EndedFacts): NextStep | null {
  const { service, number, outcome, lock, pending, regions, notUndone = [] } = facts;
  const isTouched = regions.some(isBegunIn);
  switch (outcome) {
    case 'undone':
      if (notUndone.length > 0) return lookAfterHosts(facts);
      if (pending.length > 0) return lookAfterStep(service, pending);
      return lock === null
        ? null
        : unlockStep(service, `Fix it and merge; the lane is locked until ${service} is unlocked.`);
    case 'failed': {
      if (notUndone.length > 0) return finishByHand(facts);
      if (!isTouched)
        return { text: 'Fix it and merge again.', command: `slipway logs ${service}/${number}`, verb: null };
      const where = pending.length === 0 ? 'its hosts' : `hosts in ${named(pending)}`;
      return { text: `Look after ${where}: not all is undone.`, command: `slipway status ${service}`, verb: null };
    }
    case 'cancelled':
      if (!isTouched) return null;
      return {
        text: 'Hosts stay where they are: roll back, or deploy.',
        command: `slipway rollback ${service}`,
        verb: 'rollback',
      };
    default:
      return null;
  }
}

/** All else is undone. Each of these hosts is a person's work now; then the lane may be opened. */
const lookAfterHosts = ({ service, notUndone = [] }: EndedFacts): NextStep =>
  unlockStep(
    service,
    `Look after the hosts in ${named(notUndone.map(({ name }) => name))} that are not back: slipway list left-hosts --service ${service}. Then unlock ${service}.`,
  );

/** The undo that has failed is the person's work now; then the lane may be opened. */
function finishByHand({ service, notUndone = [] }: EndedFacts): NextStep {
  const hooks = notUndone.filter(({ what }) => what === 'hook').map(({ left }) => `"${left}"`);
  return unlockStep(service, `Undo by hand what ${named(hooks)} did, then unlock ${service}.`);
}
