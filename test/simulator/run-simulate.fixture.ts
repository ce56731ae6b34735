import { execFile } from 'node:child_process';
import path from 'node:path';

const main = path.join(import.meta.dirname, 'main.ts');

/**
 * Runs `npm run simulate` in a process of its own: inside of Jest, where every look at a global costs, it takes three times
 * as long.
 */
export function simulate(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [main, ...args], options, (error, said, complained) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), said: said + complained });
    });
  });
}
