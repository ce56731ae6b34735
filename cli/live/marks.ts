import type { MarkName } from '../../domain/progress/shown-state.ts';
import type { Tone } from './styled-line.ts';

/** Shape, word for terminals without Unicode, and tone of each mark. */
const known = {
  ok: ['✓', 'ok', 'good'],
  run: ['▶', 'run', 'moving'],
  bake: ['◔', 'bake', 'moving'],
  pause: ['⏸', 'paus', 'waiting'],
  wait: ['⧗', 'wait', 'waiting'],
  hold: ['✋', 'HOLD', 'waiting'],
  fail: ['✕', 'FAIL', 'bad'],
  back: ['↩', 'back', 'waiting'],
  unknown: ['?', '????', 'waiting'],
  absent: ['–', 'none', 'quiet'],
  lock: ['▣', 'lock', 'waiting'],
  todo: ['·', '....', 'quiet'],
} as const satisfies Readonly<Record<MarkName, readonly [string, string, Tone]>>;

export const markText = (name: MarkName, hasUnicode: boolean): string => known[name][hasUnicode ? 0 : 1];
export const markTone = (name: MarkName): Tone => known[name][2];

/** Lines that only look different without Unicode. */
export const arrow = (hasUnicode: boolean): string => (hasUnicode ? '→' : '->');
export const more = (hasUnicode: boolean): string => (hasUnicode ? '…' : '..');
