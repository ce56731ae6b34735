import { counted } from '../../../domain/progress/plain-text.ts';
import type { ChosenPort } from '../port-choice.ts';
import { longWork, type SetUpStepName } from '../set-up-step.ts';
import type { Begun } from './console.ts';
import type { Surprise } from '../demo/demonstration.ts';

/** What both consoles say in the same words. */

export const portSentence = (name: string, { port, insteadOf }: ChosenPort): string =>
  `port ${insteadOf?.port} is taken by ${insteadOf?.owner}; ${name} uses ${port}`;

export const removedSentence = (region: string): string =>
  `${region} was removed, and stays so: slipway add region ${region} brings it back`;

export const unfollowedSentence = (why: string): string => `deployments are not shown any more: ${why}`;

export const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;

export function begunSentence({ regions, hosts, dataDirectory, isEmptied }: Begun): string {
  const size = `${counted(regions, 'region')}, ${counted(hosts, 'host')}`;
  return `Slipway starts: ${size}; data in ${dataDirectory}${isEmptied ? ', what was there is deleted' : ''}`;
}

/** Of a step that has taken so long already. */
export const lastingSentence = (step: SetUpStepName, ms: number): string =>
  `${seconds(ms)} so far${longWork[step] === undefined ? '' : `: ${longWork[step]}`}`;

/** Which deployments of the demonstration ended otherwise than they should have, why, and how to learn more. */
export function surpriseSentences(surprises: readonly Surprise[], startAgain: string | null): string[] {
  const first = startAgain === null ? '' : `${startAgain}, then `;
  return [
    'the demonstration did NOT go as it should',
    ...surprises.flatMap(({ deployment, expected, ending }) => [
      `  ${deployment} should have ${expected === 'succeeded' ? 'gone live' : 'been undone'}: ${ending}`,
      `    what happened to it: ${first}npx slipway logs ${deployment}`,
    ]),
    '  usual causes: docs/troubleshooting.md',
  ];
}
