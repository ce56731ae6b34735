import type { HostStatus } from './host-status.ts';
import type { RegionView } from './region-view.ts';
import { countsOf } from './tally.ts';
import type { Tally } from './tally.ts';

/** `1 of 1 hosts failed, 0 allowed: /healthz answered 500 (eu-west-1)` */
export function describeFailure(view: RegionView, hosts: Tally, allowed: number): string {
  const { switched, failed, lost } = countsOf(hosts);
  const what = [failed > 0 ? `${failed} failed` : '', lost > 0 ? `${lost} lost` : ''].filter(Boolean).join(', ');
  const example = hosts.failed[0] ?? hosts.lost[0];
  const why = example === undefined ? '' : `: ${causeOf(example, view)} (${example.host})`;
  return `of ${switched} ${switched === 1 ? 'host' : 'hosts'} ${what}, ${allowed} allowed${why}`;
}

/** In the host's own words where it has any: a host that could not switch is often well on its old release. */
function causeOf(host: HostStatus, { next, attempt, absentAfterMs }: RegionView): string {
  const refusal = host.refused.find(
    ({ digest, deployment }) => digest === next.release.digest && deployment >= attempt.deployment,
  );
  if (refusal !== undefined) return refusal.reason;
  if (host.reportAgeMs === null) return 'no report';
  if (host.reportAgeMs >= absentAfterMs) return `no report for ${Math.floor(host.reportAgeMs / 1000)} s`;
  return host.reason ?? (host.health === 'unhealthy' ? 'unhealthy' : `${host.state} and ${host.health}, but not on it`);
}
