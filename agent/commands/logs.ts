import { existsSync, watch } from 'node:fs';
import path from 'node:path';
import { outputName } from '../output/output-file.ts';
import { openServiceOutput, type ServiceOutput } from '../output/service-output.ts';
import { CommandError, exitCodes, type ExitCode } from './command-error.ts';
import { present, type Surroundings } from './surroundings.ts';
import { theService } from './which-service.ts';

/** The last lines that the instance wrote; with `-f` all that follow, over rotations, until interrupted. */
export async function logs(around: Surroundings): Promise<ExitCode> {
  const service = await theService(around);
  const folders = around.directory.service(service);
  const output = openServiceOutput(folders);
  const text = await output.tail(around.line.lines);
  if (text === null) throw new CommandError('no-output', 'its instance has not written anything', exitCodes.notFound);
  if (around.line.json && !around.line.follow) {
    const file = path.join(folders.logs, outputName);
    present(around, { service, file, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n') }, '');
    return exitCodes.done;
  }
  around.write(text);
  if (around.line.follow)
    await follow(
      output,
      [folders.logs, folders.second.logs].filter((each) => existsSync(each)),
      around,
    );
  await output.close();
  return exitCodes.done;
}

/** A line that is not whole yet is written when nothing was added to it for so long. */
const lookEveryMs = 1_000;

async function follow(output: ServiceOutput, folders: readonly string[], { write }: Surroundings): Promise<never> {
  let wake: () => void = () => undefined;
  for (const folder of folders) watch(folder).on('change', () => wake());
  for (;;) {
    const changed = new Promise<void>((resolve) => (wake = resolve));
    const piece = await output.more();
    if (piece?.gap === true) write('… output was skipped: it came faster than it was read\n');
    if (piece !== null) write(piece.text);
    else await within(changed, lookEveryMs);
  }
}

async function within(changed: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([changed, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
