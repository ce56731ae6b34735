import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { dataDirectory } from './data-directory.ts';

/** Writes down what people need not read; answers in which file, `null` when it can't be written. */
export function keepFailure(text: string, dataRoot: string): string | null {
  const file = path.join(dataDirectory(dataRoot).logs, 'start.log');
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, `${new Date().toISOString()} ${text}\n`);
    return file;
  } catch {
    return null; // why it didn't start is what counts
  }
}
