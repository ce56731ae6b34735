import type { Command } from 'commander';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { durationForm, durationMs } from '../../protocol/quantities.ts';
import { ApiProblemError } from '../api-client.ts';
import { exitCodeOfDeployment, exitCodes } from '../exit-code.ts';
import { followDeployment } from '../follow-deployment.ts';
import { openDeploymentScreen, type DeploymentScreen } from '../live/open-deployment-screen.ts';
import { isLiveTerminal } from '../live/room.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { stateSentence } from '../state-sentence.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface WatchFlags extends SharedFlags {
  readonly timeout?: string;
}

export function addWatchCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('watch <object>'))
    .description('follow checkout/87, or what moves in checkout, to its end')
    .option('--timeout <duration>', `stop watching after ${durationForm}`)
    .action((object: string, flags: WatchFlags) =>
      carryOut(flags, async (session) => {
        const timeoutMs = flags.timeout === undefined ? null : timeoutOf(flags.timeout);
        return watchDeployment(session, await watchedObject(session, object), timeoutMs);
      }),
    );
}

export interface WatchedObject {
  readonly service: string;
  readonly number: number;
}

function timeoutOf(text: string): number {
  const ms = durationMs(text);
  if (ms === null || ms > longestTimeoutMs)
    throw new UsageError(`--timeout should be ${durationForm}, at most 24 days`);
  return ms;
}

/** Timers hold no more. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The deployment that is named; of a service the active one, else the newest. */
async function watchedObject({ client, interrupted }: Session, text: string): Promise<WatchedObject> {
  const object = objectArgument(text, 'deployment', 'service');
  const { service } = object;
  if (object.kind === 'deployment') return { service, number: object.deployment };
  const shown = await client.call('showService', { path: { service }, signal: interrupted });
  const number = shown.lane.active?.number ?? shown.deployments[0]?.number;
  if (number === undefined)
    throw new ApiProblemError(problemOf('not-found', { detail: `nothing of ${service} was ever deployed` }));
  return { service, number };
}

/** Drawn in place for a person at a terminal, else one line for each change. @returns the exit code: how it ended, or that it was not over */
export async function watchDeployment(
  { client, output, interrupted }: Session,
  object: WatchedObject,
  timeoutMs: number | null,
): Promise<number> {
  const name = `${object.service}/${object.number}`;
  const timeUp = timeoutMs === null ? new AbortController().signal : AbortSignal.timeout(timeoutMs);
  const isLive = !output.isJson && isLiveTerminal(process.stdout, process.env);
  const screen = isLive ? await openDeploymentScreen(process.stdout, process.env) : printedChanges(output, name);
  let last: Deployment | null = null;
  try {
    const signal = AbortSignal.any([interrupted, timeUp]);
    for await (const change of followDeployment(client, object, signal, screen.trouble, screen.hosts)) {
      last = change.deployment;
      screen.change(change);
    }
  } catch (error) {
    if (!interrupted.aborted && !timeUp.aborted) throw error;
  } finally {
    await screen.close();
  }
  return concludeWatch(output, name, last, interrupted.aborted);
}

/** A log that is silent for longer looks as if it were stuck. */
const silenceMs = 30_000;

function printedChanges(output: Session['output'], name: string): DeploymentScreen {
  let last: Deployment | null = null;
  const say = (type: 'change' | 'still', at: string, message: string): void => {
    output.line(`${at.slice(11, 19)}Z ${name} ${message}`);
    output.event({ type, at, message, deployment: last });
    silence.refresh();
  };
  const silence = setInterval(() => {
    if (last !== null) say('still', new Date().toISOString(), `still ${stateSentence(last)}`);
  }, silenceMs);
  return {
    change({ at, line, deployment }) {
      last = deployment;
      say('change', at, line);
    },
    hosts: () => undefined,
    trouble: output.note,
    close: async () => clearInterval(silence),
  };
}

function concludeWatch(output: Session['output'], name: string, last: Deployment | null, interrupted: boolean): number {
  const isOver = last !== null && last.outcome !== null;
  const code =
    last !== null && isOver ? exitCodeOfDeployment(last) : interrupted ? exitCodes.interrupted : exitCodes.notOver;
  output.event({
    type: 'result',
    at: new Date().toISOString(),
    deployment: name,
    outcome: last?.outcome ?? null,
    reason: last?.reason ?? null,
    pending: last?.pending ?? [],
    exitCode: code,
  });
  if (isOver) return code;
  if (!interrupted) output.note(`${name} is not over: ${last === null ? 'nothing is known yet' : notReady(last)}`);
  output.note(`${name} goes on. Watch: slipway watch ${name}   Stop it: slipway abort ${name}`);
  return code;
}

function notReady(deployment: Deployment): string {
  const open = deployment.regions
    .filter(({ state }) => state !== 'done')
    .map(({ region, state }) => `${region} ${state}`);
  return [stateSentence(deployment), ...open].join('; ');
}
