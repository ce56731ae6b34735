import { Link } from 'wouter';
import { pass, type Fleet, type SignedIn } from '../client/api.ts';
import { FleetOrder } from './fleet-order.tsx';
import { ofTheFleet, whyNotAllowed } from './fleet-rights.ts';

interface WaitingListProps {
  readonly fleet: Fleet;
  readonly person: SignedIn;
  readonly onDone: () => void;
}

/** What a freeze, a cap or a window keeps: from going on, then from beginning, in the order of its turn. */
export function WaitingList({ fleet: { running, waiting }, person, onDone }: WaitingListProps) {
  const kept = [...running.filter((slot) => slot.waiting !== null), ...waiting];
  if (kept.length === 0) return null;
  return (
    <section aria-label="Waiting">
      <h2>
        Waiting <span className="count">{kept.length}</span>
      </h2>
      <ul className="held">
        {kept.map(({ deployment, service, number, waiting: why }) => (
          <li key={deployment}>
            <p>
              <Link href={`/s/${service}/d/${number}`} data-row>
                {deployment}
              </Link>{' '}
              {why ?? 'asked just now'}
            </p>
            <FleetOrder
              label={`Let ${deployment} pass…`}
              says={`In an emergency: no freeze, cap or window keeps ${deployment} any longer. That you let it pass, and why, stays on record.`}
              confirm={`Let ${deployment} pass`}
              refused={whyNotAllowed(person, ofTheFleet, service)}
              chosen={{}}
              send={(key, body) => pass(service, number, key, body)}
              onDone={onDone}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
