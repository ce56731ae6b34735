/** What the pages are made of. */
export const code = (text: string): string => `\`${text}\``;

/** A cell stays on its line, and a bar in it is not the end of it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Blocks with a line between them; a page ends with one newline. */
export const page = (blocks: readonly string[]): string => `${blocks.filter(Boolean).join('\n\n')}\n`;

/** Where GitHub puts a heading. */
export const anchor = (heading: string): string =>
  `#${heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')}`;

export const generatedNote = (from: string): string =>
  `<!-- Made by docs/generate/main.ts out of ${from}. Change it there. -->`;
