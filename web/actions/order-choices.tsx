import { useCallback } from 'react';
import {
  listReleases,
  showPlan,
  showService,
  type Dialog,
  type Release,
  type ReleasePage,
  type Service,
} from '../client/api.ts';
import { useResource } from '../live/use-resource.ts';
import {
  endedBadly,
  plannedRegions,
  queueLabel,
  regionsAfter,
  regionsToTick,
  releasesBack,
  releasesToBring,
} from './choices.ts';
import type { Choice } from './order-flow.ts';
import type { Order } from './orders.ts';

export interface ChoiceFacts {
  /** What is gone back from; `null` for nothing. */
  readonly ranLast: number | null;
}

interface OrderChoicesProps {
  readonly order: Order;
  readonly facts: ChoiceFacts;
  readonly mayWaitFor: Dialog['mayWaitFor'];
  readonly onChoose: (change: Choice) => void;
}

/** What a person can say of a verb before it is done. What it would do is read anew for each. */
export function OrderChoices({ facts, mayWaitFor, ...choice }: OrderChoicesProps) {
  switch (choice.order.verb) {
    case 'deploy':
      return <DeployChoices mayWaitFor={mayWaitFor} {...choice} />;
    case 'rollback':
      return <RollbackChoices facts={facts} {...choice} />;
    case 'retry':
    case 'redeploy':
      return <Queue mayWaitFor={mayWaitFor} {...choice} />;
    default:
      return null;
  }
}

function DeployChoices({ order, mayWaitFor, onChoose }: Omit<OrderChoicesProps, 'facts'>) {
  const { service, release, hotfix, deployment } = order;
  const plan = useResource(
    useCallback(() => showPlan(service, release === undefined ? {} : { release }), [service, release]),
  );
  const planned = plan.data === null ? [] : plannedRegions(plan.data);
  return (
    <>
      {deployment === undefined && <ReleaseToBring order={order} onChoose={onChoose} />}
      {hotfix === undefined ? (
        <>
          <Regions all={planned} order={order} onChoose={onChoose} />
          <Queue order={order} mayWaitFor={mayWaitFor} onChoose={onChoose} />
        </>
      ) : (
        <label className="field">
          What is active
          <select value={hotfix} onChange={({ target }) => onChoose({ hotfix: target.value as 'undo' | 'hold' })}>
            <option value="undo">is undone</option>
            <option value="hold">leaves its hosts where they are</option>
          </select>
        </label>
      )}
    </>
  );
}

type ChoiceProps = Omit<OrderChoicesProps, 'facts' | 'mayWaitFor'>;

function ReleaseToBring({ order: { service, release, hotfix }, onChoose }: ChoiceProps) {
  const releases = releasesToBring(useReleases(service), { isHotfix: hotfix !== undefined });
  if (releases.length < 2) return null;
  return (
    <label className="field">
      Release to deploy
      <select
        value={release ?? ''}
        onChange={({ target }) => onChoose({ release: target.value === '' ? undefined : Number(target.value) })}
      >
        {hotfix === undefined && <option value="">the newest that is ready</option>}
        {releases.map((each) => (
          <ReleaseOption key={each.number} release={each} />
        ))}
      </select>
    </label>
  );
}

function RollbackChoices({ order, facts, onChoose }: Omit<OrderChoicesProps, 'mayWaitFor'>) {
  const { service, to } = order;
  const releases = releasesBack(useReleases(service), facts.ranLast);
  const all = useRegions(service);
  return (
    <>
      {(releases.length > 1 || to !== undefined) && (
        <label className="field">
          Back to
          <select
            value={to ?? ''}
            onChange={({ target }) => onChoose({ to: target.value === '' ? undefined : Number(target.value) })}
          >
            <option value="">what ran before</option>
            {releases.map((each) => (
              <ReleaseOption key={each.number} release={each} />
            ))}
          </select>
        </label>
      )}
      <Regions all={all} order={order} onChoose={onChoose} />
    </>
  );
}

const ReleaseOption = ({ release: { number, subject, lastOutcome } }: { readonly release: Release }) => (
  <option value={number}>{`@${number} ${subject}${endedBadly(lastOutcome) ? `, was ${lastOutcome}` : ''}`}</option>
);

/** All of them, unless some are left out; the last one stays. */
function Regions({ all, order: { regions: only }, onChoose }: ChoiceProps & { readonly all: readonly string[] }) {
  const shown = regionsToTick(all, only);
  if (shown.length < 2) return null;
  const chosen = only ?? all;
  const toggle = (region: string, isIn: boolean): void =>
    onChoose({
      regions: regionsAfter(
        all,
        shown.filter((each) => (each === region ? isIn : chosen.includes(each))),
      ),
    });
  return (
    <fieldset>
      <legend>Regions</legend>
      {shown.map((region) => (
        <label key={region} className="tick">
          <input
            type="checkbox"
            checked={chosen.includes(region)}
            disabled={chosen.length === 1 && chosen[0] === region}
            onChange={({ target }) => toggle(region, target.checked)}
          />{' '}
          {region}
        </label>
      ))}
    </fieldset>
  );
}

function Queue({ order: { queue = false }, mayWaitFor, onChoose }: Omit<OrderChoicesProps, 'facts'>) {
  const label = queueLabel(mayWaitFor, queue);
  if (label === null) return null;
  return (
    <label className="tick">
      <input type="checkbox" checked={queue} onChange={({ target }) => onChoose({ queue: target.checked })} /> {label}
    </label>
  );
}

const mostReleases = 50;

/** The newest of them, read anew whenever `version` changes. */
export function useReleases(service: string, version: unknown = null): readonly Release[] {
  const read = useCallback((): Promise<ReleasePage> => listReleases(service, { limit: mostReleases }), [service]);
  return useResource(read, version).data?.items ?? [];
}

/** Where the service runs, as it goes back there: a deployment may have gone to some of its regions only. */
function useRegions(service: string): readonly string[] {
  const read = useCallback((): Promise<Service> => showService(service), [service]);
  return (useResource(read).data?.hosts ?? []).map(({ region }) => region);
}
