import { markText } from '../../../cli/live/marks.ts';
import { connectionSentence } from '../../../cli/connection-news.ts';
import { titleLine } from '../../../cli/live/deployment-frame.ts';
import { deploymentNews } from '../../../cli/live/deployment-news.ts';
import { padTo, textOf } from '../../../cli/live/styled-line.ts';
import { plainText } from '../../../domain/progress/plain-text.ts';
import type { MarkName } from '../../../domain/progress/shown-state.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import { restartSentence } from '../restart-sentence.ts';
import { setUpSteps, type SetUpStep } from '../set-up-step.ts';
import type { Console, ConsoleEvent } from './console.ts';
import { guideLines, type Addresses } from './guide-lines.ts';
import {
  begunSentence,
  lastingSentence,
  portSentence,
  removedSentence,
  seconds,
  surpriseSentences,
  unfollowedSentence,
} from './sentences.ts';

export interface PlainConsoleParts {
  readonly print: (line: string) => void;
  /** ms; only differences count. */
  readonly now: () => number;
  /** Acts again and again; answers what ends that. */
  readonly repeat: (everyMs: number, act: () => void) => () => void;
  readonly hasUnicode: boolean;
}

/** Each thing once, in a line that stays. */
export function createPlainConsole(parts: PlainConsoleParts): Console {
  const steps = createStepLines(parts);
  const news = createNewsLines(parts);
  const print = (line: string): void => parts.print(plainText(line));
  return {
    tell: (event) => [...steps.linesOf(event), ...news(event), ...plainLines(event, parts.hasUnicode)].forEach(print),
    close: async () => steps.close(),
  };
}

type LinesOf = (event: ConsoleEvent) => readonly string[];

function plainLines(event: ConsoleEvent, hasUnicode: boolean): readonly string[] {
  switch (event.type) {
    case 'begun':
      return [begunSentence(event)];
    case 'port-taken':
      return [portSentence(event.name, event.chosen)];
    case 'region-removed':
      return [removedSentence(event.region)];
    case 'ready':
      return [`ready after ${seconds(event.readyMs)}: ${event.api}`, ...signInLines(event)];
    case 'restart':
      return [restartSentence(event.restart)];
    case 'chapter':
      return ['', event.text];
    case 'said':
      return [`           ${event.person}: ${event.text}`];
    case 'connection':
      return [connectionSentence(event.news)];
    case 'unfollowed':
      return [unfollowedSentence(event.why)];
    case 'demonstrated':
      return ['', ...demonstratedLines(event)];
    case 'settled':
      return ['', ...guideLines(event.guide, hasUnicode).map(textOf)];
    case 'stopping':
      return ['stopping'];
    default:
      return [];
  }
}

const signInLines = ({ signIn, person }: Addresses): string[] =>
  signIn === null ? [] : [`dashboard, signs ${person} in once: ${signIn.url}`];

const demonstratedLines = ({ surprises, startAgain }: Extract<ConsoleEvent, { type: 'demonstrated' }>): string[] =>
  surprises.length === 0 ? ['the demonstration went as it should'] : surpriseSentences(surprises, startAgain);

const widestStep = Math.max(...setUpSteps.map((name) => name.length));
/** A log that is silent for longer looks as if it were stuck. */
const lastingMs = 10_000;

interface StepLines {
  readonly linesOf: LinesOf;
  close(): void;
}

/** A step is told when it is through, and again and again while it lasts. */
function createStepLines({ print, now, repeat, hasUnicode }: PlainConsoleParts): StepLines {
  const begun = new Map<SetUpStep['name'], { readonly since: number; readonly end: () => void }>();
  const line = (mark: MarkName, name: SetUpStep['name'], more: string): string =>
    `  ${markText(mark, hasUnicode)} ${padTo(name, widestStep)}  ${more}`;
  const begin = (name: SetUpStep['name']) => {
    const since = now();
    const end = repeat(lastingMs, () => print(line('run', name, lastingSentence(name, now() - since))));
    begun.set(name, { since, end });
    return { since, end };
  };
  const close = (): void => begun.forEach(({ end }) => end());
  const linesOf: LinesOf = (event) => {
    if (event.type === 'failed') return [...begun.keys()].map((name) => line('fail', name, 'not ready'));
    if (event.type !== 'step') return [];
    const { name, done, of } = event.step;
    const { since, end } = begun.get(name) ?? begin(name);
    if (done < of) return [];
    end();
    begun.delete(name);
    return [line('ok', name, `${seconds(now() - since)}${of > 1 ? `  ${of} of ${of}` : ''}`)];
  };
  return { linesOf, close };
}

/** Grouped by deployment: a heading, then what changes, with the time since it began. */
function createNewsLines({ hasUnicode }: PlainConsoleParts): LinesOf {
  const known = new Map<string, Deployment>();
  let heading: string | null = null;
  return (event) => {
    if (event.type !== 'deployment') return [];
    const { at, deployment } = event;
    const before = known.get(deployment.deployment) ?? null;
    if (before !== null && deployment.sequence < before.sequence) return [];
    known.set(deployment.deployment, deployment);
    const news = deploymentNews(before, deployment);
    if (news.length === 0) return [];
    const isOther = heading !== deployment.deployment;
    heading = deployment.deployment;
    const since = seconds(Date.parse(at) - Date.parse(deployment.startedAt)).padStart(8);
    return [
      ...(isOther ? [textOf(titleLine(deployment, hasUnicode))] : []),
      ...news.map((text) => `${since}  ${text}`),
    ];
  };
}
