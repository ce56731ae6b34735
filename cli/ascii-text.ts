import type { MarkName } from '../domain/progress/shown-state.ts';
import { markText } from './live/marks.ts';

const names: readonly MarkName[] = ['ok', 'run', 'bake', 'pause', 'wait', 'hold', 'fail', 'back', 'lock'];
const known: ReadonlyMap<string, string> = new Map([
  ...names.map((name) => [markText(name, true), markText(name, false)] as const),
  ['→', '->'],
  ['–', '-'],
  ['·', '.'],
  ['…', '...'],
]);

/** For a terminal whose encoding lacks what we draw with; what else it lacks is its own to replace. */
export const asciiText = (text: string): string =>
  text.replaceAll(/\P{ASCII}/gu, (character) => known.get(character) ?? character);
