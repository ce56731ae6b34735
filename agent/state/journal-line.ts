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
  /** Lines before that which are not whole: no crash does that, but a disk may. */
  readonly damaged: number;
}

/** All whole lines, whatever lies between them. */
export function decodeLines(content: Buffer): DecodedLines {
  const texts: string[] = [];
  let [wholeBytes, damaged, unread] = [0, 0, 0];
  for (let start = 0, end = content.indexOf(10); end >= 0; start = end + 1, end = content.indexOf(10, start)) {
    const text = decodeLine(content.toString('utf8', start, end));
    if (text === null) {
      unread += 1;
      continue;
    }
    texts.push(text);
    [wholeBytes, damaged, unread] = [end + 1, damaged + unread, 0];
  }
  return { texts, wholeBytes, damaged };
}

function decodeLine(line: string): string | null {
  const [, sizeBytes, sum, text] = /^(\d+) ([0-9a-f]{8}) (.*)$/s.exec(line) ?? [];
  if (text === undefined || Number(sizeBytes) !== Buffer.byteLength(text) || checksum(text) !== sum) return null;
  return text;
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
