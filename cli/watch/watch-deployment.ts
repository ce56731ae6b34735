import type { Deployment } from '../../protocol/api/deployment.ts';
import { secondText, watchConnection, type Cut } from '../connection-news.ts';
import { exitCodeOfDeployment, exitCodes } from '../exit-code.ts';
import { followDeployment, type FollowedObject } from '../follow-deployment.ts';
import { openDeploymentScreen } from '../live/open-deployment-screen.ts';
import { isLiveTerminal } from '../live/room.ts';
import type { Session } from '../session.ts';
import { stateSentence } from '../state-sentence.ts';
import { isStageDone } from './is-stage-done.ts';
import { printedChanges } from './printed-changes.ts';

/** What ends the watching before the deployment ends, and what its end means. */
export interface WatchLimits {
  readonly timeoutMs: number | null;
  /** The name of a stage: when that is done. */
  readonly stage: string | null;
  /** Of a deployment that has ended. */
  readonly exitCodeOf: (ended: Deployment) => number;
}

export const toItsEnd: WatchLimits = { timeoutMs: null, stage: null, exitCodeOf: exitCodeOfDeployment };

/** What was seen until the watching ended. */
interface Watched {
  readonly name: string;
  readonly last: Deployment | null;
  /** Set when the connection was cut at the end. */
  readonly cut: Cut | null;
  /** The stage that it was watched for. */
  readonly doneStage: string | null;
  readonly isInterrupted: boolean;
  readonly exitCodeOf: WatchLimits['exitCodeOf'];
}

/**
 * Drawn in place for a person at a terminal, else one line for each change. One that goes on under another number is
 * followed there. Answers the exit code: how it ended, or that it was not over.
 */
export async function watchDeployment(
  session: Session,
  object: FollowedObject,
  { timeoutMs, stage, exitCodeOf }: WatchLimits,
): Promise<number> {
  const { client, output, interrupted } = session;
  const { stdout, environment } = session.around;
  const begunAt = performance.now();
  const name = `${object.service}/${object.number}`;
  const timeUp = timeoutMs === null ? new AbortController().signal : AbortSignal.timeout(timeoutMs);
  const isLive = !output.isJson && isLiveTerminal(stdout, environment);
  const screen = isLive ? await openDeploymentScreen(stdout, environment) : printedChanges(output, name);
  let [last, cut, doneStage]: [Deployment | null, Cut | null, string | null] = [null, null, null];
  const connection = watchConnection((news) => {
    cut = news.type === 'cut' ? news : null;
    screen.connection(news);
  });
  try {
    const signal = AbortSignal.any([interrupted, timeUp]);
    for await (const change of followDeployment(client, object, { signal, connection }, screen.hosts)) {
      last = change.deployment;
      screen.change(change);
      if (stage === null || !isStageDone(last, stage)) continue;
      doneStage = stage;
      break;
    }
  } catch (error) {
    if (!interrupted.aborted && !timeUp.aborted) throw error;
  } finally {
    await screen.close();
  }
  const next = successorOf(last);
  if (next === null)
    return conclude(output, { name, last, cut, doneStage, isInterrupted: interrupted.aborted, exitCodeOf });
  output.note(`${name} goes on as ${next.service}/${next.number}`);
  const timeLeftMs = timeoutMs === null ? null : Math.max(0, Math.round(timeoutMs - (performance.now() - begunAt)));
  return watchDeployment(session, next, { timeoutMs: timeLeftMs, stage, exitCodeOf });
}

/** A rollback has overtaken it while it waited, or a newer merge brings its commit. */
const successorOf = (last: Deployment | null): FollowedObject | null =>
  last === null || last.goesOnAs === null ? null : { service: last.service, number: last.goesOnAs };

function conclude(output: Session['output'], watched: Watched): number {
  const { name, last, doneStage, isInterrupted } = watched;
  const exitCode = codeOf(watched);
  output.event({
    type: 'result',
    at: new Date().toISOString(),
    deployment: name,
    outcome: last?.outcome ?? null,
    reason: last?.reason ?? null,
    pending: last?.pending ?? [],
    exitCode,
  });
  if (last !== null && last.outcome !== null) return exitCode;
  if (doneStage !== null) output.note(`${name}: stage ${doneStage} is done`);
  else if (!isInterrupted) output.note(notOver(watched));
  output.note(`${name} goes on. Watch: slipway watch ${name}   Stop it: slipway abort ${name}`);
  return exitCode;
}

function codeOf({ last, doneStage, isInterrupted, exitCodeOf }: Watched): number {
  if (last !== null && last.outcome !== null) return exitCodeOf(last);
  if (doneStage !== null) return exitCodes.done;
  return isInterrupted ? exitCodes.interrupted : exitCodes.notOver;
}

/** Names the regions that are not ready. What was heard before a cut is told as that. */
function notOver({ name, last, cut }: Watched): string {
  if (last === null) return `${name} is not over: nothing is known yet`;
  const open = last.regions.filter(({ state }) => state !== 'done').map(({ region, state }) => `${region} ${state}`);
  const is = cut === null || cut.asOf === null ? 'is' : `was, as of ${secondText(cut.asOf)},`;
  return `${name} ${is} not over: ${[stateSentence(last), ...open].join('; ')}`;
}
