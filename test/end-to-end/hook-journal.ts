import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A hook, or an undo, that began or ended, as it wrote it down itself. */
export interface JournalLine {
  readonly says: 'begin' | 'end';
  /** Without the service and the number of the deployment: `before.0`, `region.after.eu-west.0.undo`. */
  readonly key: string;
  readonly deployment: number;
  readonly pid: number;
}

/** Where hooks of a test write what they do, whatever account they run as, and where the test tells them to wait. */
export interface HookJournal {
  /** Of the file that each hook of the spec runs. */
  readonly script: string;
  lines(): Promise<readonly JournalLine[]>;
  /** From now on that hook waits between its beginning and its end. @param key as in `SLIPWAY_HOOK_KEY` */
  hold(key: string): Promise<void>;
  letGo(key: string): Promise<void>;
  /** From now on that hook fails at its end. */
  fail(key: string): Promise<void>;
}

/** @param folder reachable for the accounts of builds */
export async function openHookJournal(folder: string): Promise<HookJournal> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  const file = path.join(folder, 'lines');
  await writeFile(file, '');
  await chmod(file, 0o666);
  const holdFile = (key: string): string => path.join(folder, `hold.${key}`);
  const failFile = (key: string): string => path.join(folder, `fail.${key}`);
  return {
    script: `echo "begin $SLIPWAY_HOOK_KEY $$" >> ${file}
while [ -e "${holdFile('$SLIPWAY_HOOK_KEY')}" ]; do sleep 0.1; done
[ ! -e "${failFile('$SLIPWAY_HOOK_KEY')}" ] || exit 1
echo "end $SLIPWAY_HOOK_KEY $$" >> ${file}
`,
    lines: async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean).map(lineOf),
    hold: (key) => writeFile(holdFile(key), ''),
    fail: (key) => writeFile(failFile(key), ''),
    letGo: (key) => rm(holdFile(key), { force: true }),
  };
}

function lineOf(text: string): JournalLine {
  const [, says, deployment, key, pid] = /^(begin|end) [^.]+\.(\d+)\.(\S+) (\d+)$/.exec(text) ?? [];
  if (says !== 'begin' && says !== 'end') throw new Error(`the journal holds "${text}"`);
  return { says, key: key!, deployment: Number(deployment), pid: Number(pid) };
}
