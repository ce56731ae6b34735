import { lockText } from '../../domain/progress/lock-text.ts';
import type { LaneLock } from '../../protocol/api/lane.ts';
import type { DocumentData } from '../json-documents.ts';
import type { HeadCommit } from './head-commit.ts';

export type Delivered = Pick<DocumentData<'deliver'>, 'accepted' | 'ignored'>;

/** A line for each service, then when it is in effect and how to see that, as other changes say it. */
export function deliveredLines(
  { branch, commit, message }: Pick<HeadCommit, 'branch' | 'commit' | 'message'>,
  delivered: Delivered,
  { inEffect, next }: { readonly inEffect: string; readonly next: readonly string[] },
): string[] {
  const tip = `${branch} at ${commit.slice(0, 10)} "${message.split('\n', 1)[0]}"`;
  return [
    ...delivered.accepted.map((each) => `accepted   ${acceptedText(each)} ${tip}`),
    ...delivered.accepted.flatMap(({ deployment, superseded, takenBack = [] }) =>
      superseded.map((each) => {
        const what = takenBack.includes(each)
          ? `${deployment} takes back what it brings`
          : `it goes on as ${deployment}`;
        return `superseded ${each}, which waited: ${what}`;
      }),
    ),
    ...delivered.ignored.map((each) => `ignored    ${each.message}`),
    `in effect  ${inEffect}`,
    ...next.map((command) => `next       ${command}`),
  ];
}

function acceptedText({ service, deployment, repeated }: Delivered['accepted'][number]): string {
  if (repeated) return `${deployment ?? service}, delivered before:`;
  return deployment === null ? `${service}, not begun yet:` : `${deployment} is`;
}

/** @param locks of the lanes that take it */
export function inEffectText({ accepted }: Delivered, [lock]: readonly LaneLock[]): string {
  if (accepted.every(({ repeated }) => repeated)) return 'nothing new starts before the next commit';
  const whenItIs = 'when it is built, agreed to and rolled out';
  return lock === undefined ? whenItIs : `when the lane is unlocked (${lockText(lock)}), and ${whenItIs}`;
}
