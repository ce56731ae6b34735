import { briefDuration } from '../../../cli/live/brief-duration.ts';
import { deploymentFrame, type DeploymentSight } from '../../../cli/live/deployment-frame.ts';
import { markText, markTone, more } from '../../../cli/live/marks.ts';
import type { Room } from '../../../cli/live/room.ts';
import { cutLine, padTo, widthOf, type Line } from '../../../cli/live/styled-line.ts';
import type { MarkName } from '../../../domain/progress/shown-state.ts';
import { restartSentence } from '../restart-sentence.ts';
import { longWork, setUpSteps, type SetUpStepName } from '../set-up-step.ts';
import type { Restart } from '../supervision-options.ts';
import type { Addresses } from './guide-lines.ts';

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
  /** `null` until it is ready. */
  readonly addresses: Addresses | null;
  /** What moves, the one that changed last first. */
  readonly moving: readonly DeploymentSight[];
  readonly restarts: readonly Restart[];
  readonly now: number;
}

const mostRestarts = 3;
/** From then on one wants to know what a step does. */
const longMs = 3_000;

/** What is drawn in place, in at most `room.rows` lines. */
export function consoleFrame(sight: ConsoleSight, room: Room): Line[] {
  const foot = footLines(sight, room).map((line) => cutLine(line, room.columns, more(room.hasUnicode)));
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
    const tookMs = step === undefined ? 0 : (step.endedAt ?? now) - step.begunAt;
    const took = step === undefined ? '' : briefDuration(tookMs);
    const isLong = mark === 'run' && tookMs >= longMs;
    const line: Line = [
      { text: `  ${markText(mark, room.hasUnicode)} `, tone: markTone(mark) },
      { text: padTo(name, widestStep), ...(mark === 'todo' && { tone: 'quiet' }) },
      { text: `  ${took.padStart(6)}  ${countsOf(step)}` },
      { text: isLong ? (longWork[name] ?? '') : '', tone: 'quiet' },
    ];
    return cutLine(line, room.columns, more(room.hasUnicode));
  });
}

const countsOf = (step: StepSight | undefined): string =>
  step === undefined || step.of === 1 ? '' : `${step.done} of ${step.of}`;

function stepMark(step: StepSight | undefined, isFailed: boolean): MarkName {
  if (step === undefined) return 'todo';
  if (step.endedAt !== null) return 'ok';
  return isFailed ? 'fail' : 'run';
}

function footLines({ phase, addresses, restarts }: ConsoleSight, room: Room): Line[] {
  const ended: Line[] = restarts
    .slice(-mostRestarts)
    .map((restart) => [
      { text: restartSentence(restart), tone: restart.phase === 'serves' ? ('good' as const) : ('waiting' as const) },
    ]);
  switch (phase) {
    case 'starting':
      return ended;
    case 'shown':
      return [...ended, ...(addresses === null ? [] : addressLines(addresses, room))];
    case 'settled':
      return [[], ...ended, [{ text: 'Slipway runs on; Ctrl-C ends it.', tone: 'strong' }]];
    case 'stopping':
      return [[], [{ text: 'Slipway stops: hosts, then programs, then databases.', tone: 'quiet' }]];
    case 'stopped':
      return [[{ text: 'Slipway has stopped. Its data stay; npm start goes on from there.', tone: 'quiet' }]];
  }
}

const addressLines = (addresses: Addresses, room: Room): Line[] =>
  [dashboardText(addresses, room.columns), `Temporal Web UI ${addresses.temporalUi}`].map((text) => [
    { text, tone: 'quiet' },
  ]);

/** The link is there whole or not at all: the beginning of one signs nobody in. */
function dashboardText({ api, signIn, person }: Addresses, columns: number): string {
  if (signIn === null) return `dashboard ${api}`;
  const { url } = signIn;
  const forms = [`dashboard ${url}   signs ${person} in, once`, `dashboard ${url}`, url];
  return forms.find((text) => widthOf(text) <= columns) ?? `dashboard ${api}   sign in: npx slipway open`;
}
