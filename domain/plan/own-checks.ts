import type { ChecksConfig, ServiceSpec } from '../spec/service-spec.ts';
import type { DeploymentKind } from '../states.ts';

/** The spec's own command, run in a checkout of the commit, and its limit. */
export interface OwnChecks {
  readonly run: string;
  readonly timeoutMs: number;
}

/** The command of the spec's checks, `null` when it has none. */
export const ownChecks = (checks: ChecksConfig | null): OwnChecks | null =>
  checks === null || checks.run === null ? null : { run: checks.run, timeoutMs: checks.timeoutMs };

/**
 * What has to pass before a release is admitted for the first time: that it exists doesn't say that it passed. What was
 * admitted rests on what was run then, and a rollback goes to nothing else.
 */
export const checksBeforeAdmission = (
  kind: DeploymentKind,
  { checks }: Pick<ServiceSpec, 'checks'>,
  wasAdmitted: boolean,
): OwnChecks | null => (kind === 'rollback' || wasAdmitted ? null : ownChecks(checks));
