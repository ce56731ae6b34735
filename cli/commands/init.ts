import type { Command } from 'commander';
import type { RegionName } from '../../domain/names.ts';
import { serviceSpecFile } from '../../protocol/service-spec.ts';
import { webhookSecretFile } from '../deliver/webhook-secret.ts';
import type { Output } from '../output.ts';
import { fileUrl, hasCommit, repositoryName, type Repository } from '../repository.ts';
import { openSession, withSharedFlags, type SharedFlags } from '../session.ts';
import { findSettings } from '../settings.ts';
import { shellWord } from '../shell-word.ts';
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
  const steps = nextSteps(document.service, repository, isLocal(flags, around));
  for (const [word, command] of steps) output.line(`next ${word.padEnd(7)}  ${command}`);
  output.document(
    'init',
    { file, warnings, plan, ...document },
    steps.map(([, command]) => command),
  );
}

type Step = readonly [word: string, command: string];

/** Connect the service, merge the file, watch it go live. Nobody but a command tells the embedded Slipway of a merge. */
function nextSteps(service: string, repository: Repository, local: boolean): readonly Step[] {
  const watch: Step = ['watch', `slipway watch ${service}`];
  // Before the first commit the project's own files are not committed either.
  const commit = `git add ${hasCommit(repository) ? serviceSpecFile : '.'} && git commit -m "Deploy with Slipway"`;
  if (local) {
    const source = `--clone-url ${shellWord(fileUrl(repository))} --repository ${repositoryName(repository)}`;
    return [
      ['connect', `slipway connect ${service} ${source}`],
      ['merge', commit],
      ['deliver', 'slipway deliver'],
      watch,
    ];
  }
  const source = repository.remote === null ? ' --clone-url <url> --repository <owner/name>' : '';
  return [
    ['connect', `slipway connect ${service}${source}`],
    ['merge', `${commit} && git push origin ${repository.branch ?? 'main'}`],
    watch,
  ];
}

/** Whether pushes are delivered from here: a Slipway that is not known yet is none of this machine. */
function isLocal(flags: SharedFlags, { environment }: Surroundings): boolean {
  try {
    return webhookSecretFile(findSettings(flags, environment).api.value, environment) !== null;
  } catch {
    return false;
  }
}

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
