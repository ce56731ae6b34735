/** Short ways to say what a test starts from. Releases are named by a hex digit: `release('a')`. */
import { deploymentNumber, digest, hostId, regionName, releaseNumber, serviceName } from '../../names.ts';
import type { Digest, Generation, Position } from '../../names.ts';
import type { Attempt } from '../attempt.ts';
import { goalContentOf } from '../content.ts';
import { decideStep } from '../fencing.ts';
import type {
  AdvanceStep,
  BeginStep,
  FinishStep,
  GenerationFloors,
  GoalContent,
  GoalRow,
  GoalStep,
  HoldStep,
  Placement,
  RecordedOutcome,
  ResumeStep,
  StepDecision,
  UndoStep,
} from '../goal.ts';
import type { HostStatus } from '../host-status.ts';
import type { HostMemory, VerifiedGoal } from '../verified-goal.ts';

export const where = { service: serviceName('checkout'), region: regionName('eu-west') };
export const noFloors: GenerationFloors = { centre: 0, hosts: 0, nowMs: 0 };

export const attempt = (deployment: number, local = 0): Attempt => ({
  deployment: deploymentNumber(deployment),
  local,
});
export const generation = (value: number): Generation => value as Generation;
/** `position('3')` is lower than `position('7')`. */
export const position = (start: string): Position => start.padEnd(16, '0') as Position;

export const digestOfRelease = (name: string): Digest => digest(`sha256:${name.repeat(64)}`);
export const release = (name: string, selector: Placement['selector'] = {}): Placement => ({
  release: { number: releaseNumber(Number.parseInt(name, 16)), digest: digestOfRelease(name) },
  selector,
});

export const outcome = (deployment: number, how: RecordedOutcome['outcome']): RecordedOutcome => ({
  deployment: deploymentNumber(deployment),
  outcome: how,
});

export const begin = (of: Attempt, next: Placement, outcomes: readonly RecordedOutcome[] = []): BeginStep => ({
  kind: 'begin',
  id: 'begin',
  attempt: of,
  next,
  outcomes,
  canaries: [],
  snapshot: { digest: digestOfRelease('0'), hosts: 3 },
});
export const advance = (of: Attempt, at: number, batch: number, cut: string): AdvanceStep => ({
  kind: 'advance',
  id: `advance:${batch}`,
  attempt: of,
  generation: generation(at),
  cut: position(cut),
});
export const finish = (of: Attempt, at: number): FinishStep => ({
  kind: 'finish',
  id: 'finish',
  attempt: of,
  generation: generation(at),
});
export const hold = (of: Attempt, controlRevision: number, outcomes: readonly RecordedOutcome[] = []): HoldStep => ({
  kind: 'hold',
  id: `hold:${controlRevision}`,
  attempt: of,
  controlRevision,
  outcomes,
});
export const resume = (of: Attempt, controlRevision: number): ResumeStep => ({
  kind: 'resume',
  id: `resume:${controlRevision}`,
  attempt: of,
  controlRevision,
});
export const undo = (of: Attempt, outcomes: readonly RecordedOutcome[] = [], controlRevision = 0): UndoStep => ({
  kind: 'undo',
  id: 'undo',
  attempt: of,
  controlRevision,
  outcomes,
});

export const decide = (row: GoalRow | null, step: GoalStep, floors: Partial<GenerationFloors> = {}): StepDecision =>
  decideStep(row, step, { ...noFloors, ...floors }, where);

/** The row after a step that must be accepted. */
export function written(row: GoalRow | null, step: GoalStep, floors: Partial<GenerationFloors> = {}): GoalRow {
  const decision = decide(row, step, floors);
  if (decision.outcome !== 'written') throw new Error(`${step.id} was ${decision.outcome}`);
  return decision.row;
}

/** A region where deployment 1 brought `release('a')`; its generation is 3. */
export function finishedRow(): GoalRow {
  const begun = written(null, begin(attempt(1), release('a')));
  const advanced = written(begun, advance(attempt(1), begun.generation, 1, 'f'));
  return written(advanced, finish(attempt(1), advanced.generation));
}

/** Deployment 2 brings `release('b')` there, and its first batch ends at the position. */
export function rolling(cut = '5', before: GoalRow = finishedRow()): GoalRow {
  const begun = written(before, begin(attempt(2), release('b')));
  return written(begun, advance(attempt(2), begun.generation, 1, cut));
}

export function host(name: string, at: string, change: Partial<HostStatus> = {}): HostStatus {
  return {
    host: hostId(name),
    position: position(at),
    generation: generation(1),
    attempt: attempt(2),
    running: digestOfRelease('a'),
    health: 'healthy',
    state: 'healthy',
    refused: [],
    reason: null,
    pinned: false,
    maintenance: false,
    reportAgeMs: 0,
    selected: { base: true, next: true },
    snapshotted: true,
    ...change,
  };
}

/** A goal as a host has verified it. Equal contents have equal digests here, and other contents other ones. */
export function verified(content: GoalRow | GoalContent, change: Partial<VerifiedGoal> = {}): VerifiedGoal {
  const goal = 'lastStep' in content ? goalContentOf(content) : content;
  return {
    goal: { ...goal, admissions: [], issuedAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-02T00:00:00Z' },
    contentDigest: JSON.stringify(goal) as Digest,
    admitted: true,
    position: position('3'),
    selected: { base: goal.base !== null, next: goal.next !== null },
    ...change,
  };
}

export function memory(change: Partial<HostMemory> = {}): HostMemory {
  return {
    host: hostId('h3'),
    floor: null,
    refused: [],
    pin: null,
    running: digestOfRelease('a'),
    onDisk: [digestOfRelease('a'), digestOfRelease('b')],
    ...change,
  };
}
