import { condition } from '@temporalio/workflow';
import type { BreakGlassDecision } from '../../domain/approval/break-glass.ts';
import type { QuorumDecision } from '../../domain/approval/quorum.ts';
import type { GlassWait } from '../../domain/progress/waiting.ts';
import { records } from '../activity-options/control.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';
import { glassOf, questionOf, quorumOf } from './quorum.ts';
import { record } from './record.ts';

/** Enough have agreed, or enough go past those who have not. */
export interface Agreement {
  readonly quorum: QuorumDecision;
  /** Who goes past it; `null` where it is met. */
  readonly glass: BreakGlassDecision | null;
}

/**
 * Waits until enough persons have agreed to what is asked. People are asked again when an approval expires, and when nobody
 * has answered for as long.
 *
 * @param askAgain whether it is still the same that is asked; `false` ends the asking without an agreement
 */
export async function untilAgreed(
  run: DeploymentRun,
  askAgain: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Agreement | null> {
  for (;;) {
    const quorum = showQuorum(run);
    if (quorum.outcome === 'met') return { quorum, glass: null };
    const glass = glassOf(run);
    if (glass.outcome === 'open') return { quorum, glass };
    const glassExpiresMs = glass.nextExpiryMs ?? Infinity;
    if (await untilMoved(run, Math.min(quorum.expiresMs, glassExpiresMs), countOf(run))) continue;
    if (glassExpiresMs < quorum.expiresMs) {
      glassExpired(run, glass);
      continue;
    }
    if (!(await askAgain())) return null;
    askedAgain(run, `, ${countsOf(showQuorum(run))}`);
  }
}

/** The first of those who broke glass counts no longer: nobody has to look for a second person any more. */
function glassExpired(run: DeploymentRun, { counted: [first] }: BreakGlassDecision): void {
  showQuorum(run);
  record(run, { event: 'glass-expired', message: `that ${first!.person} broke glass counts no longer` });
}

/** @param rest of the sentence, with what separates it */
export function askedAgain(run: DeploymentRun, rest: string): void {
  run.askedAtMs = Date.now();
  showQuorum(run);
  const { stage } = questionOf(run);
  const ofStage = stage === null ? '' : ` of stage ${stage}`;
  record(run, { event: 'approval-expired', message: `asks again for approval${ofStage}${rest}` });
}

/** How many have said anything: a quorum is looked at again when there is one more. */
export const countOf = ({ approvals, broken }: DeploymentRun): number => approvals.length + broken.length;

/** True when somebody said something beyond the `known`, false when the first of the approvals has expired, or the time to give one. */
export function untilMoved(run: DeploymentRun, expiresMs: number, known: number): Promise<boolean> {
  return condition(() => countOf(run) > known, Math.max(1, expiresMs - Date.now()), {
    summary: 'the approval expires',
  });
}

export const countsOf = ({ given, wanted }: QuorumDecision): string => `${given} of ${wanted}`;

/** What the approvals come to now, and until when people are asked. */
export function showQuorum(run: DeploymentRun): QuorumDecision & { readonly expiresMs: number } {
  const quorum = quorumOf(run);
  const { stage, policy } = questionOf(run);
  const expiresMs = quorum.nextExpiryMs ?? run.askedAtMs + (policy?.expiresMs ?? 0);
  const { given, wanted, missing } = quorum;
  const by = quorum.counted.map(({ approver }) => approver);
  const expiresAt = new Date(expiresMs).toISOString();
  run.quorum = { given, wanted, missing, expiresAt, stage, by, glass: glassWait(glassOf(run)) };
  return { ...quorum, expiresMs };
}

function glassWait({ counted, missing, nextExpiryMs }: BreakGlassDecision): GlassWait | null {
  if (missing === null || nextExpiryMs === null) return null;
  return { by: counted.map(({ person }) => person), missing, until: new Date(nextExpiryMs).toISOString() };
}

/** Marks what goes on without its quorum, for ever; nothing goes on before that is written. */
export async function markBrokenGlass(run: DeploymentRun, { glass }: Agreement): Promise<void> {
  if (glass === null) return;
  const { service, deployment } = run.input;
  const { counted, review } = glass;
  const { stage } = questionOf(run);
  await records.recordBrokenGlass({
    service,
    deployment,
    stage,
    broken: counted,
    excluded: plannedOf(run).excluded,
    review,
  });
}
