import { hooksToRunText, hooksToUndoText } from '../../../domain/progress/hook-text.ts';
import type { Reversibility } from '../../../domain/hook/irreversible.ts';
import type { RegionName } from '../../../domain/names.ts';
import { counted, named } from '../../../domain/progress/plain-text.ts';
import { isBegunIn } from '../../../domain/progress/begun.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import type { DeploymentDialogFacts, ServiceDialogFacts, TokenDialogFacts } from './dialog-facts.ts';

/** Pieces that dialogs have in common. */
export const line = (label: string, text: string) => ({ label, text });

/** What runs of itself when it goes on. */
export const hooksToRun = (spec: Reversibility) => line('Hooks', hooksToRunText(spec));

/** Of what is brought all the same; what is not insisted on is refused with it. */
export const revertedLine = (reverted: string | null, althoughReverted: boolean) =>
  reverted === null || !althoughReverted ? [] : [line('Reverted', `${reverted}: it goes all the same.`)];

/** What an undo does about hooks. */
export const hooksToUndo = ({ hooks, begunHooks }: DeploymentDialogFacts) =>
  line('Hooks', hooks.hooks === undefined ? 'none' : hooksToUndoText(hooks.hooks, begunHooks));

/** `@412 → @411`; a service that ran nothing before stops. */
export const change = (from: number | null, to: number | null): string =>
  `${from === null ? '' : `@${from} `}→ ${to === null ? 'nothing (it stops)' : `@${to}`}`;

/** `2 regions (eu-west, us-east)` */
export const inRegions = (regions: readonly RegionName[]): string =>
  `${counted(regions.length, 'region')} (${named(regions)})`;

export const touchedRegions = ({ regions }: Pick<StoredDeployment, 'regions'>): readonly RegionName[] =>
  regions.filter(isBegunIn).map(({ region }) => region);

/** In order of names, so that the meaning doesn't depend on how they are listed. */
export const sortedRegions = ({ regions }: Pick<StoredDeployment, 'regions'>): readonly string[] =>
  regions.map(({ region }) => region as string).toSorted();

/** `; those in ap-south once it reports again`: nothing is promised of a region that nobody hears. */
export function onceHeard(regions: readonly RegionName[], { hosts }: ServiceDialogFacts): string {
  const heard = hosts.filter((each) => !each.stale && each.hosts !== null).map(({ region }) => region);
  const silent = regions.filter((region) => !heard.includes(region));
  return silent.length === 0 ? '' : `; those in ${named(silent)} once it reports again`;
}

/** `checkout/88 waits`, or nothing. */
export function queueText({ queue }: Lane): string {
  const [next] = queue;
  if (next === undefined) return '';
  return queue.length === 1 ? `${next.deployment} waits` : `${next.deployment} and ${queue.length - 1} more wait`;
}

export const sentences = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** Once enough have agreed, or go past those who have not. */
export const startText = ({ deployment: { paused } }: DeploymentDialogFacts): string =>
  paused ? 'It starts when it is resumed' : 'It starts at once';

/** What is decided as if somebody had spoken now takes any time for that. */
export const saidNow = '2026-01-01T00:00:00.000Z';

/** Why nothing more can be done with it; `null` while it is open. */
export const whyOver = ({ deployment: { deployment, outcome } }: DeploymentDialogFacts): string | null =>
  outcome === null ? null : `${deployment} is over: ${outcome}`;

export const whyNoToken = ({ binding, deployment: { deployment } }: TokenDialogFacts): string | null =>
  binding === null ? `the plan of ${deployment} is not made yet` : null;

/** All is undone but what loses data, and it waits for a person's word on that. */
export const losesData = ({ deployment: { state, verbs } }: DeploymentDialogFacts): boolean =>
  state === 'undoing' && verbs.includes('resume');
