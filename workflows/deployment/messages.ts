import { setHandler } from '@temporalio/workflow';
import {
  decideAbort,
  decideApprove,
  decideEndUndo,
  decidePause,
  decideReject,
  decideResume,
} from '../../domain/deployment/person-message.ts';
import type { MessageDecision } from '../../domain/deployment/person-message.ts';
import { personMessageMistake } from '../../domain/lane/message-shape.ts';
import type { AbortMessage, MessageAnswer, PersonMessage } from '../messages/deployment.ts';
import {
  abortSignal,
  abortUpdate,
  approveSignal,
  approveUpdate,
  endUndoSignal,
  endUndoUpdate,
  pauseSignal,
  pauseUpdate,
  rejectSignal,
  rejectUpdate,
  resumeSignal,
  resumeUpdate,
  statusQuery,
} from '../messages/deployment.ts';
import { fleetAnswerSignal, passSignal } from '../messages/fleet.ts';
import { regionProgressSignal } from '../messages/region.ts';
import { now } from '../now.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { showQuorum } from './admit.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { descriptions } from './descriptions.ts';
import { tellRegions } from './go-on.ts';
import { record } from './record.ts';
import { regionReported } from './region.ts';
import { answered } from './slot.ts';
import { standingOf, statusOf } from './standing.ts';
import { stopBy } from './stop-by.ts';
import type { TokenVerb } from './tokens.ts';
import { byToken } from './tokens.ts';
import { validatorsOf } from './validators.ts';

/** Listens to people, by Update (they wait for the answer) and by Signal (from Temporal's own tools), and to regions. */
export function listen(run: DeploymentRun): void {
  setHandler(statusQuery, () => statusOf(run), described('status'));
  setHandler(regionProgressSignal, (report) => regionReported(run, report), described('regionProgress'));

  setHandler(passSignal, () => void (run.fleet.hints += 1), described('pass'));
  setHandler(fleetAnswerSignal, (said) => answered(run, said), described('fleetAnswer'));

  const validators = validatorsOf(run);
  setHandler(abortUpdate, (message) => abort(run, message), { validator: validators.abort });
  const abortBySignal = (message?: Partial<AbortMessage>): void =>
    void abort(run, { hold: message?.hold === true, ...bySignal(message) });
  setHandler(abortSignal, abortBySignal, described('abort'));
  setHandler(rejectUpdate, (message) => reject(run, message), { validator: validators.reject });
  setHandler(rejectSignal, (message) => void reject(run, bySignal(message)), described('reject'));
  setHandler(pauseUpdate, (message) => pause(run, message), { validator: validators.pause });
  setHandler(pauseSignal, async (message) => void (await pause(run, bySignal(message))), described('pause'));

  // One at a time, so that of tokens sent at once no more than the allowed bad ones are verified.
  const { inTurn } = oneAtATime();
  const take = (message: unknown, verb: TokenVerb): Promise<MessageAnswer> => inTurn(() => byToken(run, message, verb));
  const [approve, resume, endUndo] = [approveVerb(run), resumeVerb(run), endUndoVerb(run)];
  setHandler(approveUpdate, (message) => take(message, approve), { validator: validators.byToken(approve) });
  setHandler(approveSignal, async (message) => void (await take(message, approve)), described('approve'));
  setHandler(resumeUpdate, (message) => take(message, resume), { validator: validators.byToken(resume) });
  setHandler(resumeSignal, async (message) => void (await take(message, resume)), described('resume'));
  setHandler(endUndoUpdate, (message) => take(message, endUndo), { validator: validators.byToken(endUndo) });
  setHandler(endUndoSignal, async (message) => void (await take(message, endUndo)), described('endUndo'));
}

const described = (message: keyof typeof descriptions) => ({ description: descriptions[message] });

/** Signals have no validators: whatever is not a person's message is one of whoever may use Temporal. */
function bySignal(message: Partial<PersonMessage> | undefined): PersonMessage {
  const { by, reason } = { ...bare, ...message };
  return personMessageMistake({ by, reason }) === null ? { by, reason } : bare;
}

const bare: PersonMessage = { by: 'temporal', reason: '' };

/** Does what was decided, once; refusals and repeats change nothing. */
function answer(run: DeploymentRun, decision: MessageDecision, act: () => void): MessageAnswer {
  if (decision.do === 'accept') {
    run.controlRevision += 1;
    act();
  }
  return { accepted: decision.do !== 'refuse', message: decision.message };
}

function abort(run: DeploymentRun, { by, reason, hold }: AbortMessage): MessageAnswer {
  return answer(run, decideAbort(standingOf(run), hold === true), () =>
    stopBy(run, { cause: 'aborted', hold: hold === true, by, reason: sentence(`aborted by ${by}`, reason), at: now() }),
  );
}

function reject(run: DeploymentRun, { by, reason }: PersonMessage): MessageAnswer {
  return answer(run, decideReject(standingOf(run)), () =>
    stopBy(run, { cause: 'rejected', hold: false, by, reason: sentence(`rejected by ${by}`, reason), at: now() }),
  );
}

async function pause(run: DeploymentRun, { by, reason }: PersonMessage): Promise<MessageAnswer> {
  const answered = answer(run, decidePause(standingOf(run)), () => {
    run.pause = { by, reason, since: now() };
    record(run, { actor: by, event: 'pause', message: sentence(`paused by ${by}`, reason) });
  });
  await tellRegions(run);
  return answered;
}

const approveVerb = (run: DeploymentRun): TokenVerb => ({
  verb: 'approve',
  decide: decideApprove,
  act: (approval) => {
    run.approvals = [...run.approvals, approval];
    const { given, wanted } = showQuorum(run);
    const message = `approved by ${approval.approver}, ${given} of ${wanted}`;
    record(run, { actor: approval.approver, event: 'approve', message });
    return message;
  },
});

const resumeVerb = (run: DeploymentRun): TokenVerb => ({
  verb: 'resume',
  decide: decideResume,
  act: ({ approver }) => {
    if (run.losing !== null) return decideLoss(run, { lose: true, by: approver });
    run.pause = null;
    run.gates.undecided = null;
    for (const at of run.regions.values()) at.held = false;
    void tellRegions(run);
    record(run, { actor: approver, event: 'resume', message: `resumed by ${approver}` });
    return `resumed by ${approver}`;
  },
});

const endUndoVerb = (run: DeploymentRun): TokenVerb => ({
  verb: 'end-undo',
  decide: decideEndUndo,
  act: ({ approver }) => {
    if (run.losing !== null) return decideLoss(run, { lose: false, by: approver });
    const ended = `${approver} ended the undo`;
    const inRegions = [...run.regions.values()].some(({ progress }) => progress.state === 'undoing');
    // First of regions: what hooks did can still be undone then, and takes a second word.
    if (!inRegions && run.hooks.some(({ state }) => state === 'undoing')) run.hookUndoEnded = ended;
    else run.undoEnded = ended;
    record(run, { actor: approver, event: 'end-undo', message: ended });
    return `${ended}: ${inRegions ? 'regions not undone yet owe it' : 'hooks not undone yet are left to people'}`;
  },
});

/** What a person says about undos that lose data. */
function decideLoss(run: DeploymentRun, decision: NonNullable<DeploymentRun['lossDecision']>): string {
  const commands = run.losing?.commands.map((command) => `"${command}"`).join(', ');
  const { lose, by } = decision;
  run.lossDecision = decision;
  const message = lose
    ? `${by} lets ${commands} run, which loses data`
    : `${by} keeps the data: ${commands} is not run`;
  record(run, { actor: by, event: lose ? 'resume' : 'end-undo', message });
  return message;
}

const sentence = (what: string, reason: string): string => (reason === '' ? what : `${what}: ${reason}`);
