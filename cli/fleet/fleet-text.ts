import { freezeSinceText, scopeText } from '../../domain/progress/fleet-text.ts';
import { clockTime, digits, lasted, plainText } from '../../domain/progress/plain-text.ts';
import type { Fleet, Freeze } from '../../protocol/api/fleet.ts';
import { textTable } from '../text-table.ts';

/** What is held over all services, and who may go on. */
export function fleetLines({ stopped, freezes, running, waiting, unasked }: Fleet, now: Date): string[] {
  const others = freezes.filter(({ freeze }) => freeze !== stopped?.freeze);
  return [
    ...(stopped?.inEffect ? stoppedLines(stopped, stopped.inEffect) : []),
    ...section('FREEZES', others.map(freezeCells)),
    ...section(
      'WAITING',
      waiting.map(({ deployment, waiting: why, askedAt }) => [deployment, why ?? 'asked just now', age(askedAt, now)]),
    ),
    ...section(
      'RUNNING',
      running.map(({ deployment, regions, waiting: why, grantedAt, askedAt }) => [
        deployment,
        why ?? regions.join(', '),
        age(grantedAt ?? askedAt, now),
      ]),
    ),
    ...unaskedLines(unasked, now),
    ...(stopped === null && freezes.length === 0 ? ['Nothing is frozen, and the line runs.'] : []),
  ].map(plainText);
}

/** What no freeze holds, and what does. */
export const unaskedLines = (unasked: Fleet['unasked'], now: Date): string[] =>
  unasked.length === 0
    ? []
    : [
        `NOT HELD BY ANY FREEZE ${digits(unasked.length)}: begun by an earlier version of Slipway`,
        ...textTable(unasked.map((each) => [each.deployment, each.regions.join(', '), age(each.startedAt, now)])).map(
          (line) => `  ${line}`,
        ),
        `  Do: slipway pause ${unasked[0]!.deployment}`,
      ];

const age = (since: string, now: Date): string => lasted(Math.max(0, now.getTime() - Date.parse(since)));

const stoppedLines = (freeze: Freeze, inEffect: NonNullable<Freeze['inEffect']>): string[] => [
  loudText(freeze, inEffect),
  `  deployments in progress: ${policyText[freeze.policy]}`,
  '  Do: slipway start-the-line --reason …',
];

export const policyText: Readonly<Record<Freeze['policy'], string>> = {
  finish: 'go on to their end',
  hold: 'start no more batches',
  undo: 'are undone',
};

function freezeCells({ freeze, owner, reason, policy, text, inEffect, next, ...scope }: Freeze): string[] {
  const until = inEffect?.until ?? null;
  const now = inEffect === null ? '' : `now${until === null ? '' : ` until ${clockTime(until)}`}`;
  const begins = next === null ? '' : `next ${clockTime(next)}`;
  return [`${freeze}`, now === '' ? begins : now, scopeText(scope), policy, `${owner}: "${reason}"`, text];
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  return [`${title} ${digits(rows.length)}`, ...textTable(rows).map((line) => `  ${line}`)];
}

/** So that it isn't overlooked among services. */
export const stoppedLine = (stopped: Freeze | null): string | null =>
  stopped?.inEffect ? plainText(loudText(stopped, stopped.inEffect)) : null;

/** `THE LINE IS STOPPED since … by mo: "INC-7"` */
const loudText = (freeze: Freeze, inEffect: NonNullable<Freeze['inEffect']>): string =>
  freezeSinceText({ ...freeze, ...inEffect }).replace(/^the line is stopped,/, 'THE LINE IS STOPPED');
