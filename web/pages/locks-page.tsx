import { useRef } from 'react';
import { Link } from 'wouter';
import { endFreeze, showFleet, type Freeze, type SignedIn } from '../client/api.ts';
import { useLive } from '../live/use-live.ts';
import { usePaced } from '../live/use-paced.ts';
import { useResource, worthTelling } from '../live/use-resource.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { MarkShape } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { FleetOrder } from './fleet-order.tsx';
import { ofTheFleet, whyNotAllowed } from './fleet-rights.ts';
import { everything } from './everything.ts';
import { freezeLine, heldTitle, lockedLanes, orderable, untilLine } from './held-text.ts';
import { AddFreeze, TheLine } from './the-line.tsx';
import { WaitingList } from './waiting-list.tsx';

const readEveryMs = 2_000;

/** `/locks`: what is held and until when, over all services. */
export function LocksPage({ person }: { readonly person: SignedIn }) {
  const feed = useLive(everything);
  const version = usePaced(`${feed.connects} ${feed.known?.sequence ?? 0}`, readEveryMs);
  const fleet = useResource(showFleet, version);
  const { now, known } = feed;
  const lanes = lockedLanes(Object.values(known?.lanes ?? {}));
  const problem = feed.problem ?? worthTelling(fleet);
  const { stopped = null, freezes = [], unasked = [] } = fleet.data ?? {};
  const others = freezes.filter(({ freeze }) => freeze !== stopped?.freeze);
  const heading = useRef<HTMLHeadingElement>(null);
  const kept = useKeptFocus(heading, fleet.data === null ? '' : orderable(fleet.data));
  return (
    <Frame title={heldTitle(fleet.data, lanes.length)} freshness={feed.freshness} person={person}>
      <div {...kept}>
        <h1 tabIndex={-1} ref={heading}>
          Freezes and locks
        </h1>
        {problem !== null && <ProblemPanel problem={problem} onTryAgain={fleet.reload} />}
        {fleet.data === null && problem === null && <Loading what="Freezes and locks" />}
        {fleet.data !== null && <TheLine fleet={fleet.data} person={person} onDone={fleet.reload} />}
        {fleet.data !== null && (
          <section aria-label="Freezes">
            <h2>
              Freezes <span className="count">{others.length}</span>
            </h2>
            <ul className="held">
              {others.map((freeze) => (
                <FreezeRow key={freeze.freeze} freeze={freeze} person={person} onDone={fleet.reload} />
              ))}
            </ul>
            <AddFreeze fleet={fleet.data} person={person} onDone={fleet.reload} />
          </section>
        )}
        {unasked.length > 0 && (
          <section aria-label="Not held by any freeze">
            <h2>
              Not held by any freeze <span className="count">{unasked.length}</span>
            </h2>
            <p>
              Begun by an earlier version of Slipway: they go on whatever is frozen. Pause or abort them one by one.
            </p>
            <ul className="held">
              {unasked.map(({ deployment, service, number, regions }) => (
                <li key={deployment}>
                  <Link href={`/s/${service}/d/${number}`} data-row>
                    {deployment}
                  </Link>{' '}
                  {regions.join(', ')}
                </li>
              ))}
            </ul>
          </section>
        )}
        {lanes.length > 0 && (
          <section aria-label="Locks">
            <h2>
              Locks <span className="count">{lanes.length}</span>
            </h2>
            <ul className="held">
              {lanes.map(({ service, lock }) => (
                <li key={service}>
                  <MarkShape name="lock" />{' '}
                  <Link href={`/s/${service}`} data-row>
                    {service}
                  </Link>{' '}
                  locked by {lock.owner} <TimeAgo at={lock.since} now={now} /> ago: {lock.reason}
                </li>
              ))}
            </ul>
          </section>
        )}
        {fleet.data !== null && <WaitingList fleet={fleet.data} person={person} onDone={fleet.reload} />}
        {fleet.data !== null && freezes.length === 0 && lanes.length === 0 && <p>Nothing is held.</p>}
      </div>
    </Frame>
  );
}

interface FreezeRowProps {
  readonly freeze: Freeze;
  readonly person: SignedIn;
  readonly onDone: () => void;
}

function FreezeRow({ freeze, person, onDone }: FreezeRowProps) {
  return (
    <li>
      <p>
        <strong>{untilLine(freeze)}</strong> {freezeLine(freeze)}
      </p>
      <FleetOrder
        label={`End freeze ${freeze.freeze}…`}
        says="What waits for it goes on at once."
        confirm={`End freeze ${freeze.freeze}`}
        refused={whyNotAllowed(person, ofTheFleet)}
        chosen={{}}
        send={(key, body) => endFreeze(String(freeze.freeze), key, body)}
        onDone={onDone}
      />
    </li>
  );
}
