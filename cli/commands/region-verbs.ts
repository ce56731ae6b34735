import { hash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { isName } from '../../domain/names.ts';
import type { RegionAnswer } from '../../protocol/api/region.ts';
import { printAccepted } from '../accepted.ts';
import { callInsistently } from '../insistent-call.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { shellWord } from '../shell-word.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface RegionFlags extends SharedFlags {
  readonly reason: string;
  readonly workerToken?: string;
  readonly force?: true;
}

type Verb = 'add' | 'drain' | 'undrain' | 'remove';

const descriptions: Readonly<Record<Verb, string>> = {
  add: 'add a region: `add region us-north`; its worker shows the token that --worker-token gets',
  drain: 'begin nothing new in a region; its hosts go on: `drain region us-north`',
  undrain: 'let rollouts come to a region again, and bring it what it has missed',
  remove: 'forget a region that is drained and empty: `remove region us-north`',
};

/** `add`, `drain`, `undrain`, `remove`, each of a region. */
export function addRegionCommands(program: Command, carryOut: CarryOut): void {
  for (const verb of Object.keys(descriptions) as Verb[]) {
    const command = withSharedFlags(program.command(`${verb} <kind> <name>`))
      .description(descriptions[verb])
      .requiredOption('--reason <text>', 'why, for all to read')
      .option('--yes', 'nothing is asked anyway');
    if (verb === 'add')
      command.requiredOption('--worker-token <file>', "receives the token of the region's worker, or holds it already");
    if (verb === 'remove') command.option('--force', 'although its hosts report still, or it owes something');
    command.action((kind: string, name: string, flags: RegionFlags) =>
      carryOut(flags, (session) => change(session, verb, regionOf(kind, name), flags)),
    );
  }
}

/** @throws UsageError */
function regionOf(kind: string, name: string): string {
  if (kind !== 'region')
    throw new UsageError(`${JSON.stringify(kind.slice(0, 80))} should be region, and a name after it`);
  if (!isName(name)) throw new UsageError(`${JSON.stringify(name.slice(0, 80))} should be a region such as us-north`);
  return name;
}

async function change(session: Session, verb: Verb, region: string, flags: RegionFlags): Promise<void> {
  const tokenHash = verb === 'add' ? hash('sha256', await readOrMakeToken(flags.workerToken!), 'hex') : '';
  await session.introduce();
  const { output } = session;
  const answer = await call(session, verb, region, flags, tokenHash);
  const name = shellWord(region);
  const accepted = `${region} ${done[verb]}${answer.changed ? '' : '; it was so already'}`;
  for (const { service, deployment, reason } of answer.catchUp)
    output.line(deployment === null ? `not begun  ${service}: ${reason}` : `catches up ${deployment}`);
  const [inEffect, next] = {
    add: ['now', 'slipway list regions'],
    drain: ['for all plans from now on; what is under way goes on', `slipway undrain region ${name} --reason …`],
    undrain: ['for all plans from now on', 'slipway status'],
    remove: ['now', 'slipway list regions'],
  }[verb] as [string, string];
  printAccepted(output, `${verb}-region`, { accepted, inEffect, next }, answer);
}

const done: Readonly<Record<Verb, string>> = {
  add: 'is a region',
  drain: 'takes no new release',
  undrain: 'takes new releases again',
  remove: 'is removed',
};

function call(
  { client, interrupted: signal }: Session,
  verb: Verb,
  region: string,
  { reason, force }: RegionFlags,
  tokenHash: string,
): Promise<RegionAnswer> {
  const path = { region };
  switch (verb) {
    case 'add':
      return callInsistently(client, 'addRegion', { path, body: { reason, tokenHash }, signal });
    case 'drain':
      return callInsistently(client, 'drainRegion', { path, body: { reason }, signal });
    case 'undrain':
      return callInsistently(client, 'undrainRegion', { path, body: { reason }, signal });
    case 'remove':
      return callInsistently(client, 'removeRegion', { path, body: { reason, force: force === true }, signal });
  }
}

/** Made here and sent nowhere: the api gets its hash. A file that is there is kept, so that the command can be repeated. */
async function readOrMakeToken(file: string): Promise<string> {
  try {
    await writeFile(file, `slipway_${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new UsageError(`--worker-token can't be written: ${(error as Error).message}`);
  }
  const token = (await readFile(file, 'utf8')).trim();
  if (!/^slipway_[\w-]{43}$/.test(token)) throw new UsageError(`${file} holds no token: name another --worker-token`);
  return token;
}
