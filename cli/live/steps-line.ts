import { stepShown } from '../../domain/progress/shown-state.ts';
import type { DeploymentStep } from '../../protocol/api/deployment.ts';
import { briefDuration } from './brief-duration.ts';
import { arrow, markText, markTone, more } from './marks.ts';
import { cutLine, textOf, widthOf, type Line } from './styled-line.ts';
import type { Room } from './room.ts';

/** `build ✓ 2:10 → approval ✓ 1 of 1 (mo) ∥ replication ✓ 5 of 5 → canary ▶ 12 s → world`: why it takes so long. */
export function stepsLine(steps: readonly DeploymentStep[], now: number, room: Room): Line {
  const full = partsOf(steps, now, room.hasUnicode, true);
  if (fits(full, room.columns)) return cutLine(full.flat(), room.columns, more(room.hasUnicode));
  const brief = partsOf(steps, now, room.hasUnicode, false);
  const from = firstShown(steps, brief, room);
  const line = brief.slice(from).flat();
  const shown: Line = from === 0 ? line : [{ text: more(room.hasUnicode), tone: 'quiet' }, ...line];
  return cutLine(shown, room.columns, more(room.hasUnicode));
}

const partsOf = (steps: readonly DeploymentStep[], now: number, hasUnicode: boolean, isFull: boolean): Line[] =>
  steps.map((step, index) => [
    ...(index === 0 ? [] : [{ text: separator(steps[index - 1]!, step, hasUnicode), tone: 'quiet' as const }]),
    ...stepPieces(step, now, hasUnicode, isFull),
  ]);

const fits = (parts: readonly Line[], columns: number): boolean => widthOf(textOf(parts.flat())) <= columns;

/** What is done is left out first when all doesn't fit. */
function firstShown(steps: readonly DeploymentStep[], parts: readonly Line[], { columns }: Room): number {
  const current = steps.findIndex(({ state }) => state !== 'done' && state !== 'skipped');
  const last = current === -1 ? steps.length - 1 : current;
  let from = 0;
  while (from < last && !fits(parts.slice(from), from === 0 ? columns : columns - 2)) from += 1;
  return from;
}

const besides: ReadonlySet<DeploymentStep['kind']> = new Set(['approval', 'replication']);

function separator(before: DeploymentStep, step: DeploymentStep, hasUnicode: boolean): string {
  const isBeside = besides.has(before.kind) && besides.has(step.kind);
  return ` ${isBeside ? (hasUnicode ? '∥' : '+') : arrow(hasUnicode)} `;
}

/** What a step that is done has to say besides its time is left out when all doesn't fit. */
function stepPieces(step: DeploymentStep, now: number, hasUnicode: boolean, isFull: boolean): Line {
  const { name, state, note, startedAt, endedAt } = step;
  const { mark } = stepShown(step);
  if (mark === 'todo') return [{ text: name, tone: 'quiet' }];
  const ms = startedAt === null ? null : (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt);
  const said = isFull || state !== 'done' ? note : null;
  const extra = [said, ms === null || state === 'skipped' ? null : briefDuration(ms)].filter(Boolean).join(' ');
  return [
    { text: `${name} ` },
    { text: markText(mark, hasUnicode), tone: markTone(mark) },
    ...(extra === '' ? [] : [{ text: ` ${extra}` }]),
  ];
}
