import { wantsSecondLook } from '../../domain/goal/second-look.ts';
import type { RegionView, Verdict } from '../../domain/goal/region-view.ts';
import type { HostId } from '../../domain/names.ts';
import { stopwatch } from './stopwatch.ts';

/** Of one watch: what it has seen so far, as far as a verdict against the release has to wait for the others' news. */
export interface SecondLooks {
  /** Called at each look, with what the judge said of it. */
  isTooEarly(verdict: Verdict, view: RegionView): boolean;
}

export function openSecondLooks(): SecondLooks {
  const well = new Set<HostId>();
  let since: (() => number) | null = null;
  return {
    isTooEarly(verdict, { hosts, next }) {
      since = verdict.verdict === 'stop' ? (since ?? stopwatch(0)) : null;
      if (since !== null) return wantsSecondLook(verdict, well, since());
      for (const { host, running, health } of hosts)
        if (running === next.release.digest && health === 'healthy') well.add(host);
      return false;
    },
  };
}
