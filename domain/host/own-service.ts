import type { HostId, ServiceName } from '../names.ts';
import { intend } from './intention.ts';
import type { HostState, ServiceState } from './service-state.ts';

/** The agent itself, as a service: its releases are brought, switched, judged and gone back from like any other's. */
export const ownService = 'slipway-agent' as ServiceName;

/**
 * Whether a service has to leave its switch to a goal's `next` for later. The agent comes last on its host: it goes on when no other
 * service is in the middle of a change, and while it is on trial itself nothing else is entrusted to it. Ways back wait for nobody.
 */
export function waitsForOthers(state: HostState, service: ServiceState, nowMs: number): boolean {
  if (service.pin !== null || service.goal?.goal.mode !== 'advance') return false;
  if (service.service !== ownService) return isReplacing(state.services.get(ownService));
  return [...state.services.values()].some(
    (other) => other.service !== ownService && isChanging(state.host, other, nowMs),
  );
}

/** The agent is about to be replaced, or was and isn't confirmed yet. One that failed and has no way back holds nobody up. */
export const isReplacing = (own: ServiceState | undefined): boolean =>
  own !== undefined && (own.acting || (own.trial !== null && own.failure === null));

/** What can't be done for now (no space, no gateway, no way back) keeps nobody waiting: it may never end. */
function isChanging(host: HostId, service: ServiceState, nowMs: number): boolean {
  const { acting, trial, failure, fetching } = service;
  if (acting || (trial !== null && failure === null) || fetching !== null) return true;
  return nowMs >= service.actAfterMs && intend(host, service, nowMs).run !== service.current;
}
