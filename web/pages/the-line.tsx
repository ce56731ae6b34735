import { useState } from 'react';
import { addFreeze, startTheLine, stopTheLine, type Fleet, type SignedIn } from '../client/api.ts';
import { MarkShape } from '../parts/state-mark.tsx';
import { FleetOrder } from './fleet-order.tsx';
import { anyRole, ofTheFleet, whyNotAllowed, whyNotStarted } from './fleet-rights.ts';
import { FreezeFields, PolicyField, TimeField } from './freeze-fields.tsx';
import { emptyFreeze, freezeOf, isUnfinished, timeOf, whatStops, type Policy } from './freeze-form.ts';
import { stoppedText } from './held-text.ts';

interface FleetPartProps {
  readonly fleet: Fleet;
  readonly person: SignedIn;
  readonly onDone: () => void;
}

/** Whether deployments go on at all. */
export function TheLine({ fleet, person, onDone }: FleetPartProps) {
  const { stopped } = fleet;
  return (
    <section aria-label="The line">
      <h2>The line</h2>
      {stopped === null ? (
        <StopTheLine fleet={fleet} person={person} onDone={onDone} />
      ) : (
        <>
          <p className="banner locked">
            <MarkShape name="lock" /> {stoppedText(stopped)}
          </p>
          <FleetOrder
            key="start"
            label="Start the line…"
            says="Deployments that waited for it go on at once."
            confirm="Start the line"
            refused={whyNotStarted(fleet, person)}
            chosen={{}}
            send={startTheLine}
            onDone={onDone}
          />
        </>
      )}
    </section>
  );
}

function StopTheLine({ fleet, person, onDone }: FleetPartProps) {
  const [policy, setPolicy] = useState<Policy>('hold');
  const [ends, setEnds] = useState('');
  const until = timeOf(ends);
  return (
    <FleetOrder
      key="stop"
      label="Stop the line…"
      says={whatStops({ policy, services: '', regions: '' }, fleet.running)}
      confirm="Stop the line"
      refused={whyNotAllowed(person, anyRole)}
      chosen={{ policy, ...(until !== null && { until }) }}
      send={stopTheLine}
      onDone={onDone}
    >
      <PolicyField policy={policy} onChange={setPolicy} />
      <TimeField label="It starts by itself, local time (empty: somebody starts it)" value={ends} onChange={setEnds} />
    </FleetOrder>
  );
}

/** A freeze more. */
export function AddFreeze({ fleet, person, onDone }: FleetPartProps) {
  const [form, setForm] = useState(() => emptyFreeze(Intl.DateTimeFormat().resolvedOptions().timeZone));
  return (
    <FleetOrder
      label="Add a freeze…"
      says={whatStops(form, fleet.running)}
      confirm="Freeze"
      refused={whyNotAllowed(person, ofTheFleet)}
      isReady={!isUnfinished(form)}
      chosen={freezeOf(form)}
      send={addFreeze}
      onDone={onDone}
    >
      <FreezeFields form={form} onChange={(more) => setForm({ ...form, ...more })} />
    </FleetOrder>
  );
}
