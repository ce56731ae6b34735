import type { HostState, ServiceState } from '../../domain/host/service-state.ts';
import { driftState, type Drift } from '../../domain/host/drift.ts';
import { observedState, type ObservedState } from '../../domain/host/observed-state.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';

const reasonMaxLength = 500;
const traceparentMaxLength = 100;

/** What this host says of its services now. */
export const serviceReports = (
  { host, root, services }: HostState,
  nowMs: number,
  clockAheadMs: number | null,
): readonly ServiceReport[] =>
  [...services.values()]
    .filter(({ goal }) => goal !== null)
    .map((service) => serviceReport(service, root, nowMs, observedState(host, service, nowMs, clockAheadMs)));

function serviceReport(
  service: ServiceState,
  root: HostState['root'],
  nowMs: number,
  { state, health, reason: observed }: ObservedState,
): ServiceReport {
  const reason = observed ?? whyRevoked(service, root);
  const { floor, instance, refused, pin } = service;
  return {
    service: service.service,
    generation: floor?.generation ?? 0,
    attempt: floor?.attempt ?? null,
    // What really runs: the link may be ahead of it.
    running: instance?.release ?? null,
    health,
    state,
    refused: [...refused],
    pinned: pin !== null,
    maintenance: service.goal?.maintenance === true,
    instance: instance && { ...instance.process },
    reason: reason?.slice(0, reasonMaxLength) ?? null,
    ...(service.switchGapMs !== null && { switchGapMs: Math.round(service.switchGapMs) }),
    ...(service.drift !== null && { drift: driftOf(service.drift, service, nowMs) }),
    trace: traceOf(service),
  };
}

const driftOf = (drift: Drift, service: ServiceState, nowMs: number): NonNullable<ServiceReport['drift']> => ({
  release: drift.release,
  state: driftState(drift, service, nowMs),
  count: drift.count,
  differences: drift.differences.slice(0, 3).map(({ path, what }) => ({ path: path.slice(0, 500), what })),
  since: new Date(drift.foundAtMs).toISOString(),
});

/** What runs goes on: whether it has to end is for people to say. */
function whyRevoked({ instance }: ServiceState, root: HostState['root']): string | null {
  if (instance === null || !root?.revoked.includes(instance.release)) return null;
  return `what runs is revoked by version ${root.version} of the root document`;
}

function traceOf({ lastSwitch }: ServiceState): ServiceReport['trace'] {
  if (lastSwitch === null || lastSwitch.traceparent === null || lastSwitch.switchedAtMs === null) return null;
  return {
    traceparent: lastSwitch.traceparent.slice(0, traceparentMaxLength),
    switchStartedAt: new Date(lastSwitch.startedAtMs).toISOString(),
    switchedAt: new Date(lastSwitch.switchedAtMs).toISOString(),
  };
}
