import { Link } from 'wouter';
import { isBegunIn } from '../../domain/progress/begun.ts';
import { kindText } from '../../domain/progress/kind-text.ts';
import { budgetText } from '../../domain/progress/budget-text.ts';
import type { ShownHosts } from '../../domain/progress/shown-hosts.ts';
import type { Deployment, Lane, TimelinePage } from '../client/api.ts';
import { useOrder } from '../actions/use-order.ts';
import { VerbBar } from '../actions/verb-bar.tsx';
import { ranLast } from '../actions/choices.ts';
import type { ChangeEvent } from '../live/known.ts';
import type { Resource } from '../live/use-resource.ts';
import { CopyText } from '../parts/copy-text.tsx';
import { deploymentShown } from '../../domain/progress/shown-state.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { unlessUnlocked } from '../../domain/progress/unless-unlocked.ts';
import { WhyLine } from '../parts/why-line.tsx';
import { ApprovalPanel } from './approval-panel.tsx';
import { BuildLog } from './build-log.tsx';
import { authorsOf, missingLists, timelineOf, type MissingList, type RegionRow } from './deployment-parts.ts';
import { DeploymentRegions } from './deployment-regions.tsx';
import { DeploymentSteps } from './deployment-steps.tsx';
import { NotUndone } from './left-hosts.tsx';
import { Hooks } from './hook-runs.tsx';
import { LaneLine } from './lane-line.tsx';
import { BrokenGlass } from './reviews.tsx';
import { TimeLeft } from './time-left.tsx';
import { onItsWaySince } from './time-left-text.ts';
import { Timeline } from './timeline.tsx';

interface DeploymentViewProps {
  readonly deployment: Deployment;
  /** On its release, now. */
  readonly hosts: ShownHosts;
  readonly rows: readonly RegionRow[];
  readonly lane: Lane | null;
  readonly changes: readonly ChangeEvent[];
  readonly timeline: Resource<TimelinePage>;
  readonly now: number;
  readonly isStale: boolean;
  readonly onAccepted: () => void;
}

export function DeploymentView(props: DeploymentViewProps) {
  const { deployment, hosts, rows, lane, changes, timeline, now, isStale, onAccepted } = props;
  const { service, number, verbs, skippable } = deployment;
  const why = unlessUnlocked(deployment.why, lane);
  const open = useOrder(onAccepted);
  const since = onItsWaySince(deployment);
  return (
    <article className="deployment">
      <Title deployment={deployment} />
      <section className="state" aria-label="State">
        <p className="big">
          <StateMark {...deploymentShown(deployment)} isStale={isStale} />
          {deployment.stage !== null && <span>{deployment.stage}</span>}
          <Hosts hosts={hosts} />
          {since !== null && !isStale && <TimeLeft deployment={deployment} elapsedMs={now - Date.parse(since)} />}
        </p>
        {why !== null && <WhyLine why={why} now={now} />}
        <GoesOn deployment={deployment} />
      </section>
      <VerbBar
        verbs={verbs}
        skippable={skippable}
        reviewed={deployment.brokenGlass?.filter(({ review }) => review === 'wanted').map(({ stage }) => stage) ?? []}
        choices={{ ranLast: ranLast(deployment) }}
        about={{ service, deployment: number, release: deployment.release }}
        isTouched={deployment.regions.some(isBegunIn)}
        open={open}
        isStale={isStale}
      />
      <Links deployment={deployment} />
      {deployment.approvals !== null && (
        <p>
          Approvals{deployment.approvals.stage !== undefined && ` of stage ${deployment.approvals.stage}`}:{' '}
          {`${deployment.approvals.given} of ${deployment.approvals.wanted}`}
        </p>
      )}
      <BrokenGlass deployment={deployment} />
      <Failed deployment={deployment} />
      {verbs.includes('approve') && <ApprovalPanel deployment={deployment} />}
      <DeploymentSteps steps={deployment.steps} now={now} isStale={isStale} />
      <BuildLog service={service} release={deployment.release} />
      <NotUndone deployment={deployment} now={now} />
      <Hooks deployment={deployment} />
      <DeploymentRegions rows={rows} release={deployment.release} now={now} isStale={isStale} />
      {missingLists(deployment).map((list) => (
        <Missing key={list.title} {...list} />
      ))}
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
  const { deployment: object, from, release, subject, source } = deployment;
  return (
    <h1 tabIndex={-1}>
      {object} <span className="kind">{kindText(deployment)}</span> {from !== null && `@${from} → `}@{release}{' '}
      <q className="subject">{subject}</q>{' '}
      <span className="quiet">
        {source.from === 'merge' && <code>{source.commit.slice(0, 7)}</code>} {authorsOf(deployment)}
      </span>
    </h1>
  );
}

/** A rollback has overtaken it while it waited, or a newer merge brings its commit. */
function GoesOn({ deployment: { service, goesOnAs } }: { readonly deployment: Deployment }) {
  if (goesOnAs === null) return null;
  return (
    <p>
      It goes on as <Link href={`/s/${service}/d/${goesOnAs}`}>{`${service}/${goesOnAs}`}</Link>.
    </p>
  );
}

function Hosts({ hosts }: { readonly hosts: ShownHosts }) {
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

function Missing({ title, hosts }: MissingList) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {hosts.map((host) => (
          <li key={host}>{host}</li>
        ))}
      </ul>
    </section>
  );
}

function Failed({ deployment: { budget, regions, outcome } }: { readonly deployment: Deployment }) {
  const text = budget === null || outcome !== null ? null : budgetText(budget, regions);
  return text === null ? null : <p>Failed hosts: {text}</p>;
}
