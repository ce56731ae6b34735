import { crc32 } from 'node:zlib';

/*
 * One entry of a journal: `<bytes of the text> <CRC32, 8 hex digits> <text>\n`. A line that a crash cut off, or that
 * the disk returns otherwise, is told from a whole one.
 */
export function encodeLine(text: string): string {
  return `${Buffer.byteLength(text)} ${checksum(text)} ${text}\n`;
}

export interface DecodedLines {
  readonly texts: readonly string[];
  /** Bytes up to the end of the last whole line; what follows is torn. */
  readonly wholeBytes: number;
}

/** All lines up to the first that isn't whole. */
export function decodeLines(content: Buffer): DecodedLines {
  const texts: string[] = [];
  let wholeBytes = 0;
  for (let end = content.indexOf(10, wholeBytes); end >= 0; end = content.indexOf(10, wholeBytes)) {
    const text = decodeLine(content.toString('utf8', wholeBytes, end));
    if (text === null) break;
    texts.push(text);
    wholeBytes = end + 1;
  }
  return { texts, wholeBytes };
}

function decodeLine(line: string): string | null {
  const [, sizeBytes, sum, text] = /^(\d+) ([0-9a-f]{8}) (.*)$/s.exec(line) ?? [];
  if (text === undefined || Number(sizeBytes) !== Buffer.byteLength(text) || checksum(text) !== sum) return null;
  return text;
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
