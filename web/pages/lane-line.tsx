import { Link } from 'wouter';
import { untilText } from '../../domain/progress/lock-text.ts';
import type { Lane } from '../client/api.ts';
import { MarkShape } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';

interface LaneLineProps {
  readonly lane: Lane;
  readonly now: number;
  /** A deployment that the page is about anyway; without it the page is the service's own. */
  readonly except?: number;
}

/** What holds the lane, what runs in it, what comes next. */
export function LaneLine({ lane: { service, lock, active, queue }, now, except }: LaneLineProps) {
  return (
    <section aria-label="Lane" className="lane">
      <h2>Lane</h2>
      {lock !== null && (
        <p className="banner locked">
          <MarkShape name="lock" /> locked by {lock.owner} <TimeAgo at={lock.since} now={now} /> ago
          {untilText(lock)}: {lock.reason}.{' '}
          {except === undefined ? (
            'Open it with Unlock above.'
          ) : (
            <>
              Open it with Unlock on the page of <Link href={`/s/${service}`}>{service}</Link>.
            </>
          )}
        </p>
      )}
      <p>
        {active === null && queue.length === 0 && 'Nothing runs and nothing waits.'}
        {active !== null && active.number === except && queue.length === 0 && 'Nothing waits behind it.'}
        {active !== null && active.number !== except && (
          <>
            now <Entry {...active} service={service} />{' '}
          </>
        )}
        {queue.length > 0 && 'next: '}
        {queue.map((entry) => (
          <Entry key={entry.number} {...entry} service={service} />
        ))}
      </p>
    </section>
  );
}

function Entry({
  service,
  number,
  release,
}: {
  readonly service: string;
  readonly number: number;
  readonly release: number;
}) {
  return (
    <Link className="entry" href={`/s/${service}/d/${number}`}>
      /{number} @{release}
    </Link>
  );
}
