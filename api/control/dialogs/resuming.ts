import { isBegunIn } from '../../../domain/progress/begun.ts';
import { durationText } from '../../../domain/progress/durations.ts';
import type { DialogText, TokenDialogFacts } from './dialog-facts.ts';
import { hooksToRun, hooksToUndo, line, losesData, sortedRegions, whyNoToken, whyOver } from './dialog-words.ts';
import { hostsIn, hostsOnButton, switchText, type HostsThere } from './switching-hosts.ts';

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
