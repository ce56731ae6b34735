import { briefDuration } from '../../../cli/live/brief-duration.ts';
import { deploymentFrame, type DeploymentSight } from '../../../cli/live/deployment-frame.ts';
import { markText, markTone, more } from '../../../cli/live/marks.ts';
import type { Room } from '../../../cli/live/room.ts';
import { cutLine, padTo, type Line } from '../../../cli/live/styled-line.ts';
import type { MarkName } from '../../../domain/progress/shown-state.ts';
import { restartSentence } from '../restart-sentence.ts';
import { setUpSteps, type SetUpStepName } from '../set-up-step.ts';
import type { Restart } from '../supervised-process.ts';

/** A step of the start as it is seen. Times in ms since 1970. */
export interface StepSight {
  readonly begunAt: number;
  readonly endedAt: number | null;
  readonly done: number;
  readonly of: number;
}

export interface ConsoleSight {
  readonly steps: ReadonlyMap<SetUpStepName, StepSight>;
  readonly isFailed: boolean;
  readonly phase: 'starting' | 'shown' | 'settled' | 'stopping' | 'stopped';
  readonly addresses: string;
  /** What moves, the one that changed last first. */
  readonly moving: readonly DeploymentSight[];
  readonly restarts: readonly Restart[];
  readonly now: number;
}

const mostRestarts = 3;

/** What is drawn in place, in at most `room.rows` lines. */
export function consoleFrame(sight: ConsoleSight, room: Room): Line[] {
  const foot = footLines(sight).map((line) => cutLine(line, room.columns, more(room.hasUnicode)));
  const rows = Math.max(0, room.rows - foot.length);
  const [first, ...others] = sight.phase.startsWith('stop') ? [] : sight.moving;
  if (sight.phase === 'starting') return [...stepLines(sight, room).slice(-rows), ...foot];
  if (first === undefined) return foot;
  const frame = deploymentFrame(first, { ...room, rows: rows - (others.length > 0 ? 1 : 0) });
  const rest: Line[] = others.length === 0 ? [] : [[{ text: `+ ${others.length} more on their way`, tone: 'quiet' }]];
  return [...frame, ...rest, ...foot];
}

const widestStep = Math.max(...setUpSteps.map((name) => name.length));

/** Every step: what is through, what goes on, what is to come. */
export function stepLines({ steps, isFailed, now }: ConsoleSight, room: Room): Line[] {
  return setUpSteps.map((name) => {
    const step = steps.get(name);
    const mark = stepMark(step, isFailed);
    const counts = step === undefined || step.of === 1 ? '' : `${step.done} of ${step.of}`;
    const took = step === undefined ? '' : briefDuration((step.endedAt ?? now) - step.begunAt);
    const line: Line = [
      { text: `  ${markText(mark, room.hasUnicode)} `, tone: markTone(mark) },
      { text: padTo(name, widestStep), ...(mark === 'todo' && { tone: 'quiet' }) },
      { text: `  ${took.padStart(6)}  ${counts}` },
    ];
    return cutLine(line, room.columns, more(room.hasUnicode));
  });
}

function stepMark(step: StepSight | undefined, isFailed: boolean): MarkName {
  if (step === undefined) return 'todo';
  if (step.endedAt !== null) return 'ok';
  return isFailed ? 'fail' : 'run';
}

function footLines({ phase, addresses, restarts }: ConsoleSight): Line[] {
  const ended: Line[] = restarts
    .slice(-mostRestarts)
    .map((restart) => [
      { text: restartSentence(restart), tone: restart.phase === 'ended' ? ('waiting' as const) : ('good' as const) },
    ]);
  switch (phase) {
    case 'starting':
      return ended;
    case 'shown':
      return [...ended, [{ text: addresses, tone: 'quiet' }]];
    case 'settled':
      return [[], ...ended, [{ text: 'Slipway runs on; Ctrl-C ends it.', tone: 'strong' }]];
    case 'stopping':
      return [[], [{ text: 'Slipway stops: hosts, then programs, then databases.', tone: 'quiet' }]];
    case 'stopped':
      return [[{ text: 'Slipway has stopped. Its data stay; npm start goes on from there.', tone: 'quiet' }]];
  }
}
