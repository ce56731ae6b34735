import type { ServiceSummary } from '../protocol/api/service.ts';
import { exitCodes } from './exit-code.ts';

/** Of `status --check`: the worst that is true of these services. */
export function checkCode(services: readonly ServiceSummary[]): number {
  const codes = services.map(codeOf);
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.done;
}

const worstFirst = [exitCodes.personNeeded, exitCodes.refused, exitCodes.notOver];

function codeOf({ active, lane, why }: ServiceSummary): number {
  if (active !== null && active.state !== 'queued') return exitCodes.notOver;
  // What is not undone everywhere has locked its lane, too.
  if (lane.lock !== null && (why === null || why.next.verb === 'unlock')) return exitCodes.refused;
  if (why === null) return active === null ? exitCodes.done : exitCodes.notOver;
  return why.needsSomeone ? exitCodes.personNeeded : exitCodes.notOver;
}
