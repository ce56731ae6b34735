import { existsSync, lstatSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const hook = path.join(import.meta.dirname, 'fail-reads.mjs');

/** What an agent's reading meets, from when a test says so. */
export interface FailingReads {
  /** The agent's. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on whatever has this in its path. */
  fail(code: string, part: string): void;
  /** From now on the bytes of this file, and not of another one in its place: a bad sector. */
  lose(file: string): void;
  heal(): void;
  /** How many reads have failed by now. */
  met(): number;
}

/** @param folder where it may leave a file */
export function failingReads(folder: string): FailingReads {
  const file = path.join(folder, 'unreadable');
  const fail = (code: string, part: string): void => {
    writeFileSync(`${file}.new`, `${code} ${part}`);
    renameSync(`${file}.new`, file);
  };
  return {
    env: { NODE_OPTIONS: `--import=file://${hook}`, SLIPWAY_TEST_UNREADABLE: file },
    fail,
    lose: (lost) => fail('EIO', `inode:${lstatSync(lost).ino}`),
    heal: () => rmSync(file, { force: true }),
    met: () => (existsSync(`${file}.met`) ? statSync(`${file}.met`).size : 0),
  };
}
