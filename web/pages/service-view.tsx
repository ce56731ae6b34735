import type { Service } from '../client/api.ts';
import { releasesToBring, runsLast } from '../actions/choices.ts';
import { useReleases } from '../actions/order-choices.tsx';
import { useOrder } from '../actions/use-order.ts';
import { VerbBar } from '../actions/verb-bar.tsx';
import { WhyLine } from '../parts/why-line.tsx';
import { BuildLog } from './build-log.tsx';
import { DeploymentList } from './deployment-list.tsx';
import { LaneLine } from './lane-line.tsx';
import { DriftedHosts } from './drifted-hosts.tsx';
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
  const [last] = service.deployments;
  const why = service.active?.why ?? service.why;
  const open = useOrder(onAccepted);
  const newest = releasesToBring(useReleases(name, `${last?.release} ${last?.state}`), { isHotfix: false })[0]?.number;
  return (
    <article className="service">
      <h1 tabIndex={-1}>
        {name} {currentRelease === null ? 'has no release yet' : `runs @${currentRelease}`}
      </h1>
      {why !== null && <WhyLine why={why} now={now} />}
      <VerbBar
        verbs={serviceVerbs(service)}
        about={{ service: name }}
        newest={newest}
        choices={{ ranLast: runsLast(service) }}
        open={open}
        isStale={isStale}
      />
      <ServiceRegions hosts={service.hosts} now={now} isStale={isStale} />
      <DriftedHosts hosts={service.hosts} now={now} by="region" />
      <LaneLine lane={service.lane} now={now} />
      {last !== undefined && currentRelease === null && (
        <BuildLog key={last.release} service={name} release={last.release} />
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
