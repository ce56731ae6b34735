import { cutOffText } from '../../domain/progress/region-life-text.ts';
import type { Region } from '../client/api.ts';
import { CopyText } from '../parts/copy-text.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { lifeShown } from './region-rows.ts';

interface RegionLifeProps {
  readonly region: Region;
  readonly now: number;
}

/** What keeps a region from taking part: who drains it, since when and why; or that nothing is heard of it. */
export function RegionLife({ region, now }: RegionLifeProps) {
  const { drain, stale, lastSummaryAt } = region;
  if (drain === undefined && !stale)
    return (
      <p>
        <StateMark {...lifeShown(region)} />
      </p>
    );
  return (
    <>
      {drain !== undefined && (
        <div className="why needs">
          <p>
            <StateMark mark="pause" word="drained" /> by {drain.by} <TimeAgo at={drain.since} now={now} />:{' '}
            {drain.reason}
          </p>
          <p className="next">
            Rollouts leave it out; its hosts keep running what they run. To take it up again:{' '}
            <CopyText text={`slipway undrain region ${region.region} --reason …`} label="the command" />
          </p>
        </div>
      )}
      {stale && (
        <div className="why needs">
          <p>
            <StateMark mark="unknown" word="unknown" /> {cutOffText(lastSummaryAt)}
          </p>
          <p className="next">Look after its region worker and its way to the api.</p>
        </div>
      )}
    </>
  );
}
