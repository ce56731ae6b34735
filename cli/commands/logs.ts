import { InvalidArgumentError, type Command } from 'commander';
import { mostHosts, mostLines } from '../../domain/log-reading/limits.ts';
import { hostId, isHostId, isName, regionName } from '../../domain/names.ts';
import type { HookRun } from '../../protocol/api/hooks.ts';
import type { ObjectReference } from '../../protocol/api/object-reference.ts';
import { problemCode } from '../../protocol/api/problems.ts';
import type { BuildLog, TimelineEntry } from '../../protocol/api/timeline.ts';
import { ApiProblemError } from '../api-client.ts';
import { everyPage } from '../every-page.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { readOutput, type OutputRequest } from '../instance-output/read-output.ts';
import { asTerminalLeftIt } from '../terminal-line.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface LogsFlags extends SharedFlags {
  readonly region?: string;
  readonly host?: string;
  readonly all?: boolean;
  readonly lines?: number;
  readonly follow?: boolean;
  readonly reason?: string;
}

export function addLogsCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('logs <object>'))
    .description(
      'what the instances of checkout print, on a host anywhere; what the build of checkout@412 printed; of checkout/87 also what its hooks printed, and all that happened to it since',
    )
    .option('--region <region>', 'of a service: the region; else the first that reports')
    .option('--host <host>', 'of a service: the host; else the first healthy one')
    .option('--all', `of a service: all its hosts in the region, up to ${mostHosts}`)
    .option('--lines <n>', `of a service: so many of the last lines, at most ${mostLines}; 100 unless given`, lineCount)
    .option('-f, --follow', 'of a service: what comes after those, too, until Ctrl-C')
    .option('--reason <text>', 'of a service: why it is read, for the audit')
    .action((object: string, flags: LogsFlags) => carryOut(flags, (session) => showLogs(session, object, flags)));
}

function lineCount(text: string): number {
  const lines = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (lines <= mostLines) return lines;
  throw new InvalidArgumentError(`a number from 0 to ${mostLines}.`);
}

async function showLogs(session: Session, text: string, flags: LogsFlags): Promise<number | void> {
  const object = objectArgument(text, 'service', 'deployment', 'release');
  const { service } = object;
  if (object.kind === 'service') return readOutput(session, service, outputRequest(flags));
  const flag = ofServices.find((name) => flags[name] !== undefined);
  if (flag !== undefined) throw new UsageError(`--${flag} is for the output of a service: slipway logs ${service}`);
  return showBuild(session, object);
}

const ofServices = ['region', 'host', 'all', 'lines', 'follow', 'reason'] as const;

function outputRequest({ region, host, all = false, lines, follow = false, reason }: LogsFlags): OutputRequest {
  if (region !== undefined && !isName(region)) throw new UsageError('--region should be a region such as eu-west');
  if (host !== undefined && !isHostId(host)) throw new UsageError('--host should be a host such as eu-west-0417');
  if (host !== undefined && all) throw new UsageError('--all is of every host: it goes without --host');
  return {
    every: all,
    follow,
    ...(region !== undefined && { region: regionName(region) }),
    ...(host !== undefined && { host: hostId(host) }),
    ...(lines !== undefined && { lines }),
    ...(reason !== undefined && { reason }),
  };
}

async function showBuild(session: Session, object: Exclude<ObjectReference, { kind: 'service' }>): Promise<void> {
  const { service } = object;
  const { client, output, interrupted: signal } = session;
  if (object.kind === 'release') {
    const build = await readBuildLog(session, service, object.release);
    printBuild(output, build, `${service}@${object.release}`);
    return output.document('logs', { release: `${service}@${object.release}`, build, hooks: null, timeline: null }, []);
  }
  const path = { service, deployment: object.deployment };
  const { release } = await client.call('showDeployment', { path, signal });
  const build = await readBuildLog(session, service, release);
  const hooks = (await client.call('listHookRuns', { path, signal })).items;
  const timeline = (await everyPage((query) => client.call('showTimeline', { path, query, signal }))).toReversed();
  printBuild(output, build, `${service}@${release}`);
  hooks.forEach((run) => printHook(output, run));
  timeline.map(timelineLine).forEach((line) => output.line(line));
  output.document('logs', { release: `${service}@${release}`, build, hooks, timeline }, []);
}

/** `null` when none is kept. */
async function readBuildLog(
  { client, interrupted: signal }: Session,
  service: string,
  release: number,
): Promise<BuildLog | null> {
  try {
    return await client.call('showBuildLog', { path: { service, release }, signal });
  } catch (error) {
    if (!(error instanceof ApiProblemError) || problemCode(error.problem) !== 'not-found') throw error;
    await client.call('showRelease', { path: { service, release }, signal });
    return null;
  }
}

function printBuild(output: Session['output'], build: BuildLog | null, release: string): void {
  if (build === null) return output.note(`${release}: no build log is kept`);
  if (build.text === '') return output.note(`${release}: its build printed nothing`);
  if (build.truncated) output.note(`${release}: the build log was cut; this is its end`);
  printText(output, build.text);
}

function printHook(output: Session['output'], run: HookRun): void {
  const { place, does, command, state, why, text, truncated } = run;
  const what = `${place}${does === 'undo' ? ', undo' : ''}: ${command}`;
  output.note(
    `${what}   ${state}${why === null ? '' : `: ${why}`}${truncated ? '; its output was cut, this is its end' : ''}`,
  );
  if (text === null || text === '') return;
  printText(output, text);
}

function printText(output: Session['output'], text: string): void {
  for (const line of text.replace(/\n$/, '').split('\n')) output.line(asTerminalLeftIt(line));
}

const timelineLine = ({ at, actor, message }: TimelineEntry): string =>
  `${at.slice(0, 10)} ${at.slice(11, 19)}Z ${actor}: ${message}`;
