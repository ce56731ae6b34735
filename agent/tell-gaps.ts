import type { HostState, ServiceState } from '../domain/host/service-state.ts';
import type { ServiceName } from '../domain/names.ts';
import type { Log } from './log.ts';

/** Says once for each planned change of instances how long none was there to answer. */
export function tellGaps(log: Log): (state: HostState) => void {
  const before = new Map<ServiceName, ServiceState>();
  return ({ services }) => {
    for (const service of services.values()) {
      const last = before.get(service.service);
      before.set(service.service, service);
      if (last !== undefined && hasChangedOver(last, service))
        log.info('changed over', { service: service.service, gapMs: service.switchGapMs });
    }
  };
}

/** The next instance was seen to be well, or took over while the one before still answered. */
function hasChangedOver(before: ServiceState, { instance, gapSinceMs, switchGapMs }: ServiceState): boolean {
  if (instance === null || gapSinceMs !== null) return false;
  if (before.gapSinceMs !== null) return true;
  return switchGapMs === 0 && before.instance !== null && before.instance.id !== instance.id;
}
