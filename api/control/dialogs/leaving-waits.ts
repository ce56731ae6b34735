/** Dialogs of what a person has a deployment not wait for: a region that doesn't move, and the rest of a bake. */
import { decidePromote, decideSkip } from '../../../domain/deployment/leaving-waits.ts';
import type { Standing } from '../../../domain/deployment/person-message.ts';
import { isBegunIn } from '../../../domain/progress/begun.ts';
import { digits } from '../../../domain/progress/plain-text.ts';
import type { DialogText, TokenDialogFacts } from './dialog-facts.ts';
import { line, sortedRegions, whyNoToken, whyOver } from './dialog-words.ts';

export function promoteDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, service } = facts;
  const { deployment: name, release, stage, regions, waiting } = deployment;
  const next = regions.find(({ state }) => !isBegunIn({ state }))?.stage ?? null;
  const then = next === null ? 'it is verified and finished' : `stage ${next} begins`;
  const { do: decided, message } = decidePromote(standingOf(facts), bakingIn(facts));
  return {
    title: `Promote ${name} past the bake of ${stage ?? 'its stage'}?`,
    lines: [
      line('What', `The rest of the bake is left out. Hosts are looked at once more; if they are well, ${then}.`),
      ...(waiting === null ? [] : [line('Now', `It ${waiting}.`)]),
      line('After', `Hosts switch. Undo this: abort ${name}, or roll ${service} back.`),
    ],
    keep: 'Let it bake',
    confirm: `End the bake of ${stage ?? name}`,
    reason: 'required',
    refused: whyOver(facts) ?? (decided === 'accept' ? null : message) ?? whyNoToken(facts),
    meaning: { release, stage, plan: facts.binding?.planDigest ?? null, regions: sortedRegions(deployment) },
  };
}

export function skipRegionDialog(facts: TokenDialogFacts): DialogText {
  const { deployment, service, region = '' } = facts;
  const { deployment: name, release, regions, skippable, waiting } = deployment;
  const there = regions.find((each) => each.region === region);
  const switched = there?.hosts.switched ?? 0;
  const skippables = regions.map((each) => ({ ...each, held: skippable.includes(each.region) }));
  const { do: decided, message } = decideSkip(standingOf(facts), skippables, region);
  return {
    title: `Skip ${region} in ${name}?`,
    lines: [
      line(
        'What',
        `${name} goes on without ${region}: hosts there stay where they are${switched === 0 ? '' : `, ${digits(switched)} of them on @${release}`}.`,
      ),
      ...(waiting === null ? [] : [line('Now', `It ${waiting}.`)]),
      line(
        'After',
        `${region} gets the release by a deployment of its own: slipway deploy ${service}@current --regions ${region}. Undo this: abort ${name}, which takes ${region} back too.`,
      ),
    ],
    keep: `Wait for ${region === '' ? 'it' : region}`,
    confirm: `Go on without ${region}`,
    reason: 'required',
    refused: whyOver(facts) ?? (decided === 'accept' ? null : message) ?? whyNoToken(facts),
    meaning: { release, region, plan: facts.binding?.planDigest ?? null, regions: sortedRegions(deployment) },
  };
}

/** As far as it is recorded: the workflow has the last word. */
function standingOf({ deployment, binding }: TokenDialogFacts): Standing {
  const { deployment: name, state, paused, held, pointOfNoReturn, reason, since } = deployment;
  const stops = state === 'undoing' || deployment.verbs.every((verb) => verb === 'abort');
  const stop = { cause: 'aborted', hold: false, by: 'slipway', reason: reason ?? state, at: since } as const;
  return {
    name,
    paused,
    held,
    touched: true,
    finishing: pointOfNoReturn,
    stop: stops ? stop : null,
    asking: false,
    losing: false,
    planned: binding !== null,
    admitted: true,
  };
}

/** What keeps it from being promoted is a pause or a hold, or else metrics. */
const bakingIn = ({ deployment: { stage, state, paused, held, verbs } }: TokenDialogFacts) =>
  state !== 'baking' || stage === null
    ? null
    : { name: stage, hasMetrics: !paused && !held && !verbs.includes('promote') };
