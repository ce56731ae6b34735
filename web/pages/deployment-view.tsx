import type { Deployment, Lane, TimelinePage } from '../client/api.ts';
import { useOrder } from '../actions/use-order.ts';
import { VerbBar } from '../actions/verb-bar.tsx';
import type { ChangeEvent } from '../live/known.ts';
import type { Resource } from '../live/use-resource.ts';
import { CopyText } from '../parts/copy-text.tsx';
import { deploymentShown } from '../../domain/progress/shown-state.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { WhyLine } from '../parts/why-line.tsx';
import { ApprovalPanel } from './approval-panel.tsx';
import { BuildLog } from './build-log.tsx';
import { absentHosts, authorsOf, timelineOf, type RegionRow } from './deployment-parts.ts';
import { DeploymentRegions } from './deployment-regions.tsx';
import { DeploymentSteps } from './deployment-steps.tsx';
import { LaneLine } from './lane-line.tsx';
import { Timeline } from './timeline.tsx';

interface DeploymentViewProps {
  readonly deployment: Deployment;
  readonly rows: readonly RegionRow[];
  readonly lane: Lane | null;
  readonly changes: readonly ChangeEvent[];
  readonly timeline: Resource<TimelinePage>;
  readonly now: number;
  readonly isStale: boolean;
  readonly onAccepted: () => void;
}

export function DeploymentView(props: DeploymentViewProps) {
  const { deployment, rows, lane, changes, timeline, now, isStale, onAccepted } = props;
  const { service, number, verbs, why } = deployment;
  const open = useOrder(onAccepted);
  return (
    <article className="deployment">
      <Title deployment={deployment} />
      <section className="state" aria-label="State">
        <p className="big">
          <StateMark {...deploymentShown(deployment)} isStale={isStale} />
          {deployment.stage !== null && <span>{deployment.stage}</span>}
          <Hosts deployment={deployment} />
        </p>
        {why !== null && <WhyLine why={why} now={now} />}
      </section>
      <VerbBar
        verbs={verbs}
        about={{ service, deployment: number, release: deployment.release }}
        open={open}
        isStale={isStale}
      />
      <Links deployment={deployment} />
      {deployment.approvals !== null && (
        <p>Approvals: {`${deployment.approvals.given} of ${deployment.approvals.wanted}`}</p>
      )}
      {verbs.includes('approve') && <ApprovalPanel deployment={deployment} />}
      <DeploymentSteps steps={deployment.steps} now={now} isStale={isStale} />
      <BuildLog service={service} release={deployment.release} />
      <DeploymentRegions rows={rows} release={deployment.release} now={now} isStale={isStale} />
      <Missing names={absentHosts(deployment)} />
      {lane !== null && <LaneLine lane={lane} now={now} except={number} />}
      <Timeline
        timeline={timeline}
        entries={timelineOf(timeline.data?.items ?? [], deployment.deployment, changes)}
        now={now}
      />
    </article>
  );
}

/** `checkout/87 rollout @411 → @412 "Fix double charge" a1b2c3d, lin` */
function Title({ deployment }: { readonly deployment: Deployment }) {
  const { deployment: object, kind, from, release, subject, source } = deployment;
  return (
    <h1 tabIndex={-1}>
      {object} <span className="kind">{kind}</span> {from !== null && `@${from} → `}@{release}{' '}
      <q className="subject">{subject}</q>{' '}
      <span className="quiet">
        {source.from === 'merge' && <code>{source.commit.slice(0, 7)}</code>} {authorsOf(deployment)}
      </span>
    </h1>
  );
}

function Hosts({ deployment: { hosts } }: { readonly deployment: Deployment }) {
  if (hosts.total === 0) return null;
  const text = `${hosts.onRelease.toLocaleString('en')} of ${hosts.total.toLocaleString('en')} hosts`;
  return (
    <span className="hosts">
      <progress value={hosts.onRelease} max={hosts.total} aria-label="Hosts on the release" /> {text}
    </span>
  );
}

function Links({ deployment: { links, commit, traceId } }: { readonly deployment: Deployment }) {
  return (
    <p className="links">
      {links.temporal !== null && <a href={links.temporal}>Temporal</a>}
      <LinkOrId name="Commit" url={links.commit} id={commit} />
      {traceId !== null && <LinkOrId name="Trace" url={links.trace} id={traceId} />}
    </p>
  );
}

/** Where nobody has said where such a thing is shown, its id can be copied. */
function LinkOrId({ name, url, id }: { readonly name: string; readonly url: string | null; readonly id: string }) {
  if (url !== null) return <a href={url}>{name}</a>;
  return (
    <span>
      {name} <CopyText text={id} label={`the ${name.toLowerCase()}`} />
    </span>
  );
}

function Missing({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <section aria-label="Hosts that it does not speak for">
      <h2>Without these hosts</h2>
      <ul>
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
  );
}
