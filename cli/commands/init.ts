import type { Command } from 'commander';
import type { RegionName } from '../../domain/names.ts';
import type { Output } from '../output.ts';
import { openSession, withSharedFlags, type SharedFlags } from '../session.ts';
import type { Surroundings } from '../surroundings.ts';
import type { CarryOut } from './command.ts';

interface InitFlags extends SharedFlags {
  readonly service?: string;
  readonly health?: string;
  readonly run?: string;
  readonly force?: true;
}

export function addInitCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('init'))
    .description('write slipway.yaml for the project in this folder: Node, Python, Go or a static site')
    .option('--service <name>', "the service's name; left out, the project's")
    .option('--run <command>', 'how it is started, where that cannot be told from its files')
    .option('--health <path>', 'path that answers 2xx or 3xx when it is well')
    .option('--force', 'write over a slipway.yaml that is there')
    .action((flags: InitFlags) => carryOut.here(flags, (output, around) => init(output, flags, around)));
}

async function init(output: Output, flags: InitFlags, around: Surroundings): Promise<void> {
  const { initProject } = await import('../init/init-project.ts');
  const made = initProject({ ...flags, folder: process.cwd(), regions: await regionsOf(flags, around) });
  const { file, warnings, plan, repository, ...document } = made;
  output.line(`${document.service}  ${file} is written: ${document.found}`);
  plan.forEach((line) => output.line(line));
  for (const warning of warnings) output.note(`look at: ${file} ${warning}`);
  const next = nextSteps(document.service, repository?.hasRemote ?? false, repository?.branch ?? 'main');
  ['connect', 'merge  ', 'watch  '].forEach((word, index) => output.line(`next ${word}  ${next[index]}`));
  output.document('init', { file, warnings, plan, ...document }, next);
}

/** Connect the service, merge the file, watch it go live. */
const nextSteps = (service: string, hasRemote: boolean, branch: string): string[] => [
  `slipway connect ${service}${hasRemote ? '' : ' --clone-url <url> --repository <owner/name>'}`,
  `git add slipway.yaml && git commit -m "Deploy with Slipway" && git push origin ${branch}`,
  `slipway watch ${service}`,
];

/** Asked for at most this long: the file can be written without. */
const patienceMs = 2_000;

/** `null` when Slipway does not say. */
async function regionsOf(flags: SharedFlags, around: Surroundings): Promise<readonly RegionName[] | null> {
  const { interrupted } = around;
  try {
    const { client } = openSession(flags, around);
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(patienceMs)]);
    const { items } = await client.call('listRegions', { signal });
    return items.length === 0 ? null : items.map(({ region }) => region);
  } catch {
    interrupted.throwIfAborted();
    return null;
  }
}
