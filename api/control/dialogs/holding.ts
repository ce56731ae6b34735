/** The dialog of an abort that leaves hosts where they are. */
import { counted } from '../../../domain/progress/plain-text.ts';
import type { DeploymentDialogFacts, DialogText } from './dialog-facts.ts';
import { inRegions, line, onceHeard, sentences, sortedRegions, touchedRegions } from './dialog-words.ts';
import { abortDialog } from './stopping.ts';

/** Of what has touched nothing it is the abort that it comes to: there is nothing to leave as it is. */
export function holdDialog(facts: DeploymentDialogFacts): DialogText {
  const { deployment, begunHooks } = facts;
  const { deployment: name, release, from, hosts, state } = deployment;
  const touched = touchedRegions(deployment);
  const plain = abortDialog(facts);
  const meaning = { ...plain.meaning, hold: true };
  if (touched.length === 0 && begunHooks.length === 0) return { ...plain, meaning };
  const runs = `${counted(hosts.onRelease, 'host')} ${hosts.onRelease === 1 ? 'stays' : 'stay'} on @${release}`;
  const hooks = begunHooks.length === 0 ? 'none has run' : 'what those that have begun did stays';
  return {
    title: `Abort ${name} and leave hosts where they are?`,
    lines: [
      line(
        'What',
        `${touched.length === 0 ? 'No host has switched' : `${runs} in ${inRegions(touched)}`}; no other switches.`,
      ),
      line('Hooks', facts.hooks.hooks === undefined ? 'none' : hooks),
      line('Time', `at once${onceHeard(touched, facts)}`),
      line('After', afterHold(facts)),
    ],
    keep: 'Keep it running',
    confirm: `Abort ${name} and undo nothing`,
    reason: 'optional',
    refused:
      plain.refused ?? (state === 'undoing' ? `${name} is being undone: when that is over, roll back or deploy` : null),
    meaning: { release, from, hold: true, regions: sortedRegions(deployment) },
  };
}

/** It is no undo, so that the lane stays open. */
function afterHold({ lane, deployment, service }: DeploymentDialogFacts): string {
  const queue = lane.queue.filter((each) => each.deployment !== deployment.deployment);
  const next = queue.length === 0 ? '' : `; ${queue[0]?.deployment} goes next`;
  const back = deployment.from === null ? '' : `${service}@${deployment.from} to bring hosts back, `;
  return sentences(
    `The lane is not locked${next}.`,
    `Undo this: deploy ${back}${service}@${deployment.release} to go on.`,
  );
}
