import { counted } from '../../../domain/progress/plain-text.ts';
import type { ChosenPort } from '../port-choice.ts';

/** What both consoles say in the same words. */

export const portSentence = (name: string, { port, insteadOf }: ChosenPort): string =>
  `port ${insteadOf?.port} is taken by ${insteadOf?.owner}; ${name} uses ${port}`;

export const unfollowedSentence = (why: string): string => `deployments are not shown any more: ${why}`;

export const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;

export const begunSentence = (regions: number, hosts: number, dataDirectory: string): string =>
  `Slipway starts: ${counted(regions, 'region')}, ${counted(hosts, 'host')}; data in ${dataDirectory}`;
