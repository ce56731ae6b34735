import { actHere, type LocalVerbResult } from '../../activities/goals/local-verbs.ts';
import { releaseText } from './shown.ts';
import { notFound, RegionCommandError } from './command-error.ts';
import { followHosts } from './follow-hosts.ts';
import { givenReason, givenService } from './given.ts';
import type { Room } from './program.ts';

export interface ServiceVerb {
  readonly verb: 'rollback' | 'hold';
  readonly service: string;
  readonly reason: string;
  /** Until hosts have reported it. */
  readonly wait: boolean;
}

/** Writes it, and says that it is done only when hosts have reported it. Answers the exit code. */
export async function actOnService(room: Room, given: ServiceVerb): Promise<number> {
  const { region, output, by } = room;
  const service = givenService(given.service);
  const reason = givenReason(given.reason);
  const { verb } = given;
  const result = accepted(await actHere(region.goals, { service, verb, by, reason }), given.service);
  const { outcome, answer, absentAfterMs } = result;
  const what = verb === 'hold' ? 'held' : `rolled back to ${releaseText(service, answer.base)}`;
  output.note(`${service} in ${region.region} ${outcome === 'repeated' ? 'was' : 'is'} ${what}; ${lane(result, verb)}`);
  const followed = await followHosts(room, { verb, service, answer, absentAfterMs, wait: given.wait });
  output.document(verb, {
    service,
    by,
    reason,
    written: outcome === 'written',
    attempt: answer.attempt,
    generation: answer.generation,
    base: answer.base,
    ...followed.shown,
  });
  return followed.exitCode;
}

/** @throws RegionCommandError */
function accepted(result: LocalVerbResult, service: string): Extract<LocalVerbResult, { readonly answer: unknown }> {
  if (result.outcome === 'unknown service') throw notFound(`service ${service}`, 'slipway-region services names them');
  if (result.outcome === 'refused') {
    throw new RegionCommandError(
      'refused',
      `${service}: ${result.reason}`,
      'slipway-region services shows where it stands',
    );
  }
  return result;
}

function lane({ open }: { readonly open: boolean }, verb: ServiceVerb['verb']): string {
  if (open) {
    return verb === 'hold'
      ? 'its deployment waits for a person once the centre hears of it'
      : 'its deployment is undone everywhere once the centre hears of it';
  }
  return 'its lane is locked once the centre hears of it';
}
