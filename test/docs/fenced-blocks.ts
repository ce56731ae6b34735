import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const project = path.resolve(import.meta.dirname, '../..');

export interface Document {
  /** Below the project's root. */
  readonly file: string;
  readonly text: string;
}

export interface FencedBlock {
  /** `docs/tutorial.md:12` */
  readonly place: string;
  /** `sh`, `sh run`, `text`. */
  readonly info: string;
  readonly text: string;
}

/** The README and every page below docs. */
export const documents = (): readonly Document[] =>
  [
    'README.md',
    ...readdirSync(path.join(project, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join('docs', file),
    ),
  ]
    .filter((file) => file.endsWith('.md'))
    .toSorted()
    .map(readDocument);

export const readDocument = (file: string): Document => ({
  file,
  text: readFileSync(path.join(project, file), 'utf8'),
});

/** Blocks between lines of three backticks. A block that isn't closed is an error. */
export function fencedBlocks({ file, text }: Document): readonly FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { readonly place: string; readonly info: string; readonly lines: string[] } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line.trimStart());
    if (fence === null) open?.lines.push(line);
    else if (open === null) open = { place: `${file}:${index + 1}`, info: fence[1]!.trim(), lines: [] };
    else {
      blocks.push({ ...open, text: open.lines.join('\n') });
      open = null;
    }
  }
  if (open !== null) throw new Error(`${open.place}: the block is not closed`);
  return blocks;
}

/** A document without its blocks, line by line. */
export const proseOf = ({ text }: Document): string => text.replaceAll(/^\s*```[\s\S]*?^\s*```/gm, '');
