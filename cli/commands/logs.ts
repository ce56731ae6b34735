import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import type { HookRun } from '../../protocol/api/hooks.ts';
import { problemCode } from '../../protocol/api/problems.ts';
import type { BuildLog, TimelineEntry } from '../../protocol/api/timeline.ts';
import { ApiProblemError } from '../api-client.ts';
import { everyPage } from '../every-page.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import type { CarryOut } from './command.ts';

export function addLogsCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('logs <object>'))
    .description(
      'what the build of checkout@412 printed; of checkout/87 also what its hooks printed, and all that happened to it since',
    )
    .action((object: string, flags: SharedFlags) => carryOut(flags, (session) => showLogs(session, object)));
}

async function showLogs(session: Session, text: string): Promise<void> {
  const object = objectArgument(text, 'deployment', 'release');
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

/** A progress bar overwrites its line: what counts is what stood there last. Colours are left out whole. */
const asTerminalLeftIt = (line: string): string =>
  stripVTControlCharacters(line).replace(/\r$/, '').split('\r').at(-1) ?? '';

const timelineLine = ({ at, actor, message }: TimelineEntry): string =>
  `${at.slice(0, 10)} ${at.slice(11, 19)}Z ${actor}: ${message}`;
