import { useCallback, useState } from 'react';
import { listReleases, type Release, type ReleasePage, type Service } from '../client/api.ts';
import { useOrder } from '../actions/use-order.ts';
import { VerbBar } from '../actions/verb-bar.tsx';
import { useResource } from '../live/use-resource.ts';
import { WhyLine } from '../parts/why-line.tsx';
import { BuildLog } from './build-log.tsx';
import { DeploymentList } from './deployment-list.tsx';
import { LaneLine } from './lane-line.tsx';
import { ServiceRegions } from './service-regions.tsx';
import { serviceVerbs } from './service-parts.ts';

interface ServiceViewProps {
  readonly service: Service;
  readonly now: number;
  readonly isStale: boolean;
  readonly onAccepted: () => void;
}

export function ServiceView({ service, now, isStale, onAccepted }: ServiceViewProps) {
  const { service: name, currentRelease, repository, branch, folder, owners, policy } = service;
  const [newest] = service.deployments;
  const why = service.active?.why ?? service.why;
  const open = useOrder(onAccepted);
  const [release, setRelease] = useState('');
  return (
    <article className="service">
      <h1 tabIndex={-1}>
        {name} {currentRelease === null ? 'has no release yet' : `runs @${currentRelease}`}
      </h1>
      {why !== null && <WhyLine why={why} now={now} />}
      <ReleaseChoice service={name} value={release} onChoose={setRelease} />
      <VerbBar
        verbs={serviceVerbs(service)}
        about={{ service: name, ...(release !== '' && { release: Number(release) }) }}
        open={open}
        isStale={isStale}
      />
      <ServiceRegions hosts={service.hosts} now={now} isStale={isStale} />
      <LaneLine lane={service.lane} now={now} />
      {newest !== undefined && currentRelease === null && (
        <BuildLog key={newest.release} service={name} release={newest.release} />
      )}
      <DeploymentList service={name} deployments={service.deployments} now={now} isStale={isStale} />
      <section aria-label="About">
        <h2>About</h2>
        <dl className="lines">
          <Line
            label="Repository"
            text={`${repository}, branch ${branch}${folder === '.' ? '' : `, folder ${folder}`}`}
          />
          <Line label="Owners" text={owners.length === 0 ? 'nobody is named' : owners.join(', ')} />
          <Line label="Approval" text={policy?.approval ?? 'not known before the first release is built'} />
          <Line label="Rollout" text={policy?.rollout ?? 'not known before the first release is built'} />
        </dl>
      </section>
    </article>
  );
}

function Line({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </div>
  );
}

interface ReleaseChoiceProps {
  readonly service: string;
  readonly value: string;
  readonly onChoose: (release: string) => void;
}

/** What Deploy brings: the newest that is ready, unless another is chosen. */
function ReleaseChoice({ service, value, onChoose }: ReleaseChoiceProps) {
  const read = useCallback((): Promise<ReleasePage> => listReleases(service, { limit: 20 }), [service]);
  const { data } = useResource(read);
  const ready = data?.items.filter(({ state }) => state === 'ready' || state === 'admitted') ?? [];
  if (ready.length < 2) return null;
  return (
    <label className="field">
      Release to deploy
      <select value={value} onChange={({ target }) => onChoose(target.value)}>
        <option value="">the newest that is ready</option>
        {ready.map(({ number, subject, lastOutcome }) => (
          <option
            key={number}
            value={number}
          >{`@${number} ${subject}${endedBadly(lastOutcome) ? `, was ${lastOutcome}` : ''}`}</option>
        ))}
      </select>
    </label>
  );
}

/** Who deploys it again should know. */
const endedBadly = (outcome: Release['lastOutcome']): boolean => outcome === 'undone' || outcome === 'failed';
