import { intend } from '../../../domain/host/intention.ts';
import type { ServiceState } from '../../../domain/host/service-state.ts';
import type { Digest, DeploymentNumber, Generation, HostId } from '../../../domain/names.ts';
import type { ServiceReport } from '../../../protocol/gateway.ts';
import type { Lie } from '../scenario/scenario.ts';

/** What a liar goes by. */
export interface Told {
  readonly host: HostId;
  /** How it really stands. */
  readonly service: ServiceState;
  /** What it said last of the deployment before. */
  readonly former: Pick<ServiceReport, 'generation' | 'attempt'> | null;
  /** Counts its reports. */
  readonly turn: number;
  readonly nowMs: number;
}

/** The first that is lied about: all run the release of the one before. */
const liedAbout = 2;
const unknownRelease = `sha256:${'0123456789abcdef'.repeat(4)}` as Digest;

/** What a liar says in the place of what is so. Of the deployment before it says the truth. */
export function lied(lie: Lie, truth: ServiceReport, told: Told): ServiceReport {
  if ((truth.attempt?.deployment ?? 0) < liedAbout) return truth;
  const { goal, before } = told.service;
  const base = goal?.goal.base?.release.digest ?? null;
  switch (lie) {
    case 'healthy-though-bad':
      return truth;
    case 'unhealthy-though-fine':
      return unhealthy(truth);
    case 'flips':
      return told.turn % 2 === 0 ? unhealthy(truth) : truth;
    case 'done-though-idle':
      return healthyOn(truth, wanted(told));
    case 'old-release-though-new':
      return healthyOn(truth, goal?.goal.next === null ? (before ?? base) : base);
    case 'unknown-release':
      return healthyOn(truth, unknownRelease);
    case 'old-attempt':
      return told.former === null ? truth : { ...truth, ...told.former };
    case 'refused-unseen':
      return refusing(truth, goal?.goal.next?.release.digest ?? null);
  }
}

const unhealthy = (truth: ServiceReport): ServiceReport => ({
  ...truth,
  health: 'unhealthy',
  reason: 'a check failed',
});

const healthyOn = (truth: ServiceReport, running: Digest | null): ServiceReport => ({
  ...truth,
  running,
  health: running === null ? 'stopped' : 'healthy',
  state: 'healthy',
  reason: null,
});

/** Once it has what it needs, at once: an idle host fetches all the same. */
const wanted = ({ host, service, nowMs }: Told): Digest | null => intend(host, service, nowMs).run;

function refusing(truth: ServiceReport, digest: Digest | null): ServiceReport {
  if (digest === null) return truth;
  const deployment = truth.attempt!.deployment as DeploymentNumber;
  const refused = [...truth.refused, { deployment, digest, reason: 'it could not start' }];
  return { ...truth, refused, state: 'reverted' };
}

/** What is remembered of the deployment before, out of each report. */
export const formerOf = (truth: ServiceReport): Told['former'] | undefined =>
  truth.attempt !== null && truth.attempt.deployment < liedAbout
    ? { generation: truth.generation as Generation, attempt: truth.attempt }
    : undefined;
