import { watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../durable-files.ts';
import { CommandError, exitCodes, type ExitCode } from './command-error.ts';
import { present, type Surroundings } from './surroundings.ts';
import { theService } from './which-service.ts';

/** Read from the end, so that 100 MiB of output cost nothing. */
const tailBytes = 1024 * 1024;

/** The last lines that the instance wrote; with `-f` all that follow, over rotations, until interrupted. */
export async function logs(around: Surroundings): Promise<ExitCode> {
  const service = await theService(around);
  const folder = around.directory.service(service).logs;
  const file = path.join(folder, 'instance.log');
  const { text, end } = await tail(file, around.line.lines);
  if (around.line.json && !around.line.follow) {
    present(around, { service, file, lines: text.split('\n').slice(0, -1) }, '');
    return exitCodes.done;
  }
  around.write(text);
  if (around.line.follow) await follow(file, end, around);
  return exitCodes.done;
}

async function tail(file: string, lines: number): Promise<{ readonly text: string; readonly end: number }> {
  const { size, bytes } = await readFrom(file, (length) => Math.max(0, length - tailBytes)).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new CommandError('no-output', 'its instance has not written anything', exitCodes.notFound);
  });
  const all = bytes.toString('utf8').split('\n');
  const whole = size > tailBytes ? all.slice(1) : all;
  const ended = whole.at(-1) === '' ? whole.slice(0, -1) : whole;
  const last = lines === 0 ? [] : ended.slice(-lines);
  return { text: last.map((line) => `${line}\n`).join(''), end: size };
}

async function readFrom(file: string, startAt: (size: number) => number): Promise<{ size: number; bytes: Buffer }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = startAt(size);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    return { size: start + bytesRead, bytes: bytes.subarray(0, bytesRead) };
  } finally {
    await handle.close();
  }
}

/** A file that became shorter, or is another one, was rotated: its end is in `.1`, and the new one is read from its start. */
async function follow(file: string, from: number, { write }: Surroundings): Promise<never> {
  let at = { offset: from, inode: (await stat(file)).ino };
  const more = async (): Promise<void> => {
    const now = await stat(file).catch(() => null);
    if (now !== null && now.ino !== at.inode) {
      write((await readFrom(`${file}.1`, () => at.offset)).bytes.toString('utf8'));
      at = { offset: 0, inode: now.ino };
    }
    if (now === null || now.size <= at.offset) return;
    const { size, bytes } = await readFrom(file, () => at.offset);
    at = { ...at, offset: size };
    write(bytes.toString('utf8'));
  };
  const changes = watch(path.dirname(file));
  for await (const _ of changesOf(changes)) await more();
  throw new CommandError('interrupted', 'the watching ended', exitCodes.interrupted);
}

async function* changesOf(watcher: ReturnType<typeof watch>): AsyncGenerator<void> {
  let wake: () => void = () => undefined;
  watcher.on('change', () => wake());
  for (;;) {
    const changed = new Promise<void>((resolve) => (wake = resolve));
    yield;
    await changed;
  }
}
