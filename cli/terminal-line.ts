import { stripVTControlCharacters } from 'node:util';

/** A progress bar overwrites its line: what counts is what stood there last. Colours are left out whole. */
export const asTerminalLeftIt = (line: string): string =>
  stripVTControlCharacters(line).replace(/\r$/, '').split('\r').at(-1) ?? '';
