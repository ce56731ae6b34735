import type { EndedDeployment, FreezeEvidence, RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'service' | 'freeze' | 'slots' | 'deployments' | 'histories' | 'harmed' | 'centre'>;

/**
 * While a freeze is in effect nothing begins, and what has begun goes by its policy: where that is to hold or to undo, no
 * region is meant to begin or to go on to a next batch, and nothing passes its point of no return.
 */
export function freezesHold(seen: Seen): string[] {
  const { freeze } = seen;
  return [
    ...seen.deployments.flatMap((deployment) => wentOnPaused(deployment, seen)),
    ...(freeze === null
      ? []
      : seen.deployments.flatMap((deployment) => [
          ...begunMeanwhile(deployment, freeze, seen),
          ...(freeze.policy === 'finish'
            ? keptFromFinishing(deployment, freeze, seen)
            : wentOnMeanwhile(deployment, freeze, seen)),
        ])),
  ];
}

/** A rollback goes by no freeze. */
const isKept = ({ kind }: EndedDeployment): boolean => kind !== 'rollback';

/** A rollout that had been told to wait, by a pause or a freeze, chose to go on; true whatever was harmed. */
function wentOnPaused({ number }: EndedDeployment, { histories }: Seen): string[] {
  return histories
    .filter(({ deployment }) => deployment === number)
    .flatMap(({ id, intents }) => intents.map((intent) => ({ id, ...intent })))
    .filter(({ paused, step }) => paused && step.startsWith('advance'))
    .map(({ id, step }) => `${id} meant to ${step} although it had been told to wait`);
}

/** Longer than a ruling that is under way. */
const rulingMs = 2_000;

/** The fleet rules by what is on record, so whatever is harmed it gives no slot. */
function begunMeanwhile(deployment: EndedDeployment, freeze: FreezeEvidence, { slots }: Seen): string[] {
  const { number } = deployment;
  const grantedAtMs = slots.find((slot) => slot.deployment === number)?.grantedAtMs ?? null;
  const begun = grantedAtMs !== null && isWithin(grantedAtMs, freeze, rulingMs);
  return begun && isKept(deployment) ? [`deployment ${number} was let begin while a freeze was in effect`] : [];
}

/** Until fleet, deployment and regions have heard of it. */
const heardMs = 2_500;
const carriers: readonly string[] = ['temporal', 'control-worker', 'postgres'];

/** What carries the news may be harmed: then it is judged only by what each had heard. */
function wentOnMeanwhile(deployment: EndedDeployment, freeze: FreezeEvidence, seen: Seen): string[] {
  if (!isKept(deployment) || seen.harmed.some((harm) => delaysNews(harm, freeze))) return [];
  const { number } = deployment;
  const inRegions = seen.histories
    .filter((history) => history.deployment === number)
    .flatMap(({ region, intents }) => intents.map((intent) => ({ region, ...intent })))
    .filter(({ step, atMs }) => /^(begin|advance)/.test(step) && isWithin(atMs, freeze, heardMs))
    .map(({ region, step }) => `deployment ${number} meant ${region} to ${step} while a freeze was in effect`);
  const noReturn = seen.centre.audit.find(({ key }) => key === `no-return:${seen.service}/${number}`);
  const isFinished = noReturn !== undefined && isWithin(Date.parse(noReturn.at), freeze, heardMs);
  return [...inRegions, ...(isFinished ? [`deployment ${number} was finished while a freeze was in effect`] : [])];
}

const delaysNews = ({ kind, on, healedAtMs }: Seen['harmed'][number], { sinceMs }: FreezeEvidence): boolean =>
  (carriers.includes(on) || kind === 'terminate') && (healedAtMs ?? Infinity) > sinceMs - recoveryMs;
/** So long after its return a program may still be catching up. */
const recoveryMs = 20_000;

/** What may finish is told nothing that keeps it. */
function keptFromFinishing({ number }: EndedDeployment, freeze: FreezeEvidence, seen: Seen): string[] {
  const grantedAtMs = seen.slots.find((slot) => slot.deployment === number)?.grantedAtMs ?? Infinity;
  if (grantedAtMs > freeze.sinceMs - rulingMs) return [];
  const wasKept = seen.centre.audit.some(
    ({ object, verb, at }) =>
      object === `${seen.service}/${number}` && verb === 'frozen' && Date.parse(at) > freeze.sinceMs,
  );
  return wasKept ? [`deployment ${number} was kept by a freeze that lets it finish`] : [];
}

const isWithin = (atMs: number, { sinceMs, untilMs }: FreezeEvidence, afterMs: number): boolean =>
  sinceMs + afterMs < atMs && atMs < untilMs;
