import type { ControlGroup } from './control-group.ts';
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

/**
 * What is to blame, and by which numbers: `bad world: of 7 without the release 6 are unhealthy too, 0 allowed`. What runs
 * without it are hosts, and instances of other services.
 */
export function describeBlame({ blame, hosts, unhealthy, allowed }: ControlGroup): string {
  if (hosts === 0) return 'bad release: nothing without it to compare with';
  const of = `of ${hosts} without the release ${unhealthy} ${unhealthy === 1 ? 'is' : 'are'} unhealthy`;
  if (blame === 'world') return `bad world: ${of} too, ${allowed} allowed`;
  if (blame === 'unclear') return `${of} too, ${allowed} allowed; hosts that reverted are coming up`;
  const butBack = unhealthy > allowed ? ', but what reverted is well again' : '';
  return `bad release: ${of}, ${allowed} allowed${butBack}`;
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
