import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { ReportedSwitch } from './report-intake.ts';

/**
 * The host's switch, as the last link of the trace that began with a merge: its parent is the step that wrote the goal,
 * its times are the host's. Hosts make no spans themselves.
 */
export function recordSwitch({
  host,
  service,
  running,
  state,
  trace: { traceparent, ...times },
}: ReportedSwitch): void {
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent });
  const attributes = {
    'slipway.host': host,
    'slipway.service': service,
    'slipway.state': state,
    ...(running !== null && { 'slipway.release.digest': running }),
  };
  const startTime = new Date(times.switchStartedAt);
  trace
    .getTracer('slipway')
    .startSpan('host.switch', { startTime, attributes }, parent)
    .end(new Date(times.switchedAt));
}
