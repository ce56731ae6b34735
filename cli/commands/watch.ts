import type { Command } from 'commander';
import { isName } from '../../domain/names.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { durationForm, durationMs } from '../../protocol/quantities.ts';
import { ApiProblemError } from '../api-client.ts';
import type { FollowedObject } from '../follow-deployment.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { toItsEnd, watchDeployment } from '../watch/watch-deployment.ts';
import type { CarryOut } from './command.ts';

interface WatchFlags extends SharedFlags {
  readonly timeout?: string;
  readonly until?: string;
}

export function addWatchCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('watch <object>'))
    .description('follow checkout/87, or what moves in checkout, to its end')
    .option('--until <stage>', 'stop watching once stage:canary is done; with 0, unless it ended before that')
    .option('--timeout <duration>', `stop watching after ${durationForm}`)
    .action((object: string, flags: WatchFlags) =>
      carryOut(flags, async (session) => {
        const limits = { ...toItsEnd, timeoutMs: timeoutOf(flags), stage: stageOf(flags) };
        return watchDeployment(session, await watchedObject(session, object), limits);
      }),
    );
}

function timeoutOf({ timeout }: WatchFlags): number | null {
  if (timeout === undefined) return null;
  const ms = durationMs(timeout);
  if (ms === null || ms > longestTimeoutMs)
    throw new UsageError(`--timeout should be ${durationForm}, at most 24 days`);
  return ms;
}

/** Timers hold no more. */
const longestTimeoutMs = 2 ** 31 - 1;

function stageOf({ until }: WatchFlags): string | null {
  if (until === undefined) return null;
  const stage = /^stage:(.+)$/.exec(until)?.[1];
  if (stage === undefined || !isName(stage)) throw new UsageError('--until should be a stage, such as stage:canary');
  return stage;
}

/** The deployment that is named; of a service the active one, else the newest. */
async function watchedObject({ client, interrupted }: Session, text: string): Promise<FollowedObject> {
  const object = objectArgument(text, 'deployment', 'service');
  const { service } = object;
  if (object.kind === 'deployment') return { service, number: object.deployment };
  const shown = await client.call('showService', { path: { service }, signal: interrupted });
  const number = shown.lane.active?.number ?? shown.deployments[0]?.number;
  if (number === undefined)
    throw new ApiProblemError(problemOf('not-found', { detail: `nothing of ${service} was ever deployed` }));
  return { service, number };
}
