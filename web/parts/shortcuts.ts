/** What a key does. No single key acts on a deployment. */
export type Shortcut = 'find' | 'overview' | 'next-row' | 'row-before' | 'help';

export const shortcutWords: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'find a service'],
  ['g o', 'go to the overview'],
  ['j, k', 'next row, row before'],
  ['Enter', 'open the row'],
  ['?', 'this list'],
];

export interface Press {
  readonly key: string;
  /** Somebody types: keys are letters. */
  readonly isTyping: boolean;
  /** Ctrl, Alt or Meta: the browser's. */
  readonly isModified: boolean;
}

const single: Readonly<Record<string, Shortcut>> = { '/': 'find', j: 'next-row', k: 'row-before', '?': 'help' };

/** `before` is the key before this one. */
export function shortcutOf(before: string, { key, isTyping, isModified }: Press): Shortcut | null {
  if (isTyping || isModified) return null;
  if (before === 'g') return key === 'o' ? 'overview' : null;
  return single[key] ?? null;
}
