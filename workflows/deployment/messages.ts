import { setHandler } from '@temporalio/workflow';
import {
  decideAbort,
  decideApprove,
  decideBreaking,
  decideEndUndo,
  decidePause,
  decideReject,
  decideResume,
} from '../../domain/deployment/person-message.ts';
import type { MessageDecision } from '../../domain/deployment/person-message.ts';
import { defaultBreakGlass } from '../../domain/approval/break-glass.ts';
import { regionReportMistake } from '../../domain/deployment/region-message-shape.ts';
import { fleetAnswerMistake } from '../../domain/fleet/fleet-message-shape.ts';
import {
  personMessageMistake,
  promoteMistake,
  skipMistake,
  tokenMessageMistake,
} from '../../domain/lane/message-shape.ts';
import type { SlotAnswer } from '../../activities/fleet/contract.ts';
import type {
  AbortMessage,
  MessageAnswer,
  PersonMessage,
  PromoteMessage,
  SkipRegionMessage,
  TokenMessage,
} from '../messages/deployment.ts';
import {
  abortSignal,
  abortUpdate,
  approveSignal,
  approveUpdate,
  breakGlassSignal,
  breakGlassUpdate,
  endUndoSignal,
  endUndoUpdate,
  pauseSignal,
  pauseUpdate,
  promoteSignal,
  promoteUpdate,
  rejectSignal,
  rejectUpdate,
  resumeSignal,
  resumeUpdate,
  skipRegionSignal,
  skipRegionUpdate,
  statusQuery,
} from '../messages/deployment.ts';
import { fleetAnswerSignal, passSignal } from '../messages/fleet.ts';
import { ifWellMade } from '../if-well-made.ts';
import { onSignal } from '../on-signal.ts';
import type { RegionReport } from '../messages/region.ts';
import { regionProgressSignal } from '../messages/region.ts';
import { now } from '../now.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { showQuorum } from './asking.ts';
import { plannedOf, type DeploymentRun } from './deployment-run.ts';
import { descriptions } from './descriptions.ts';
import { tellRegions } from './go-on.ts';
import { promoteVerb } from './promote.ts';
import { glassOf, questionOf } from './quorum.ts';
import { record } from './record.ts';
import { refusedSignal } from './refused-signal.ts';
import { regionReported } from './region.ts';
import { skipVerb } from './skip-region.ts';
import { answered } from './slot.ts';
import { standingOf, statusOf, tokenWaitOf } from './standing.ts';
import { stopBy } from './stop-by.ts';
import type { TokenVerb } from './tokens.ts';
import { byToken } from './tokens.ts';
import { validatorsOf } from './validators.ts';

/** Listens to people, by Update (they wait for the answer) and by Signal (from Temporal's own tools), to regions and the fleet. */
export function listen(run: DeploymentRun): void {
  setHandler(statusQuery, () => statusOf(run), described('status'));
  listenToOthers(run);
  const validators = validatorsOf(run);
  setHandler(abortUpdate, (message) => abort(run, message), { validator: validators.abort });
  const abortBySignal = (message?: Partial<AbortMessage>): void =>
    void abort(run, { hold: wantsHold(message?.hold), ...bySignal(message) });
  onSignal(abortSignal, abortBySignal, described('abort'));
  setHandler(rejectUpdate, (message) => reject(run, message), { validator: validators.reject });
  onSignal(rejectSignal, (message) => void reject(run, bySignal(message)), described('reject'));
  setHandler(pauseUpdate, (message) => pause(run, message), { validator: validators.pause });
  onSignal(pauseSignal, async (message) => void (await pause(run, bySignal(message))), described('pause'));
  listenToTokens(run);
}

/** Those who are no people, but whom anybody may imitate who can use Temporal. */
function listenToOthers(run: DeploymentRun): void {
  const { deployment } = run.input;
  const reported = ifRead<RegionReport>(run, 'regionProgress', {
    mistakeOf: (report) => regionReportMistake(report, deployment),
    act: (report) => regionReported(run, report),
  });
  onSignal(regionProgressSignal, reported, described('regionProgress'));
  onSignal(passSignal, () => void (run.fleet.hints += 1), described('pass'));
  const heard = ifRead<SlotAnswer>(run, 'fleetAnswer', {
    mistakeOf: fleetAnswerMistake,
    act: (said) => answered(run, said),
  });
  onSignal(fleetAnswerSignal, heard, described('fleetAnswer'));
}

function listenToTokens(run: DeploymentRun): void {
  const validators = validatorsOf(run);
  // One at a time, so that of tokens sent at once no more than the allowed bad ones are verified.
  const { inTurn } = oneAtATime();
  const take = (message: unknown, verb: TokenVerb): Promise<MessageAnswer> => inTurn(() => byToken(run, message, verb));
  const bySignalOf = (signal: Described, verb: TokenVerb) =>
    ifRead<TokenMessage | string>(run, signal, {
      mistakeOf: tokenMessageMistake,
      act: (message) => take(message, verb),
    });
  const [approve, resume, endUndo] = [approveVerb(run), resumeVerb(run), endUndoVerb(run)];
  setHandler(approveUpdate, (message) => take(message, approve), { validator: validators.byToken(approve) });
  onSignal(approveSignal, bySignalOf('approve', approve), described('approve'));
  const breaking = breakGlassVerb(run);
  setHandler(breakGlassUpdate, (message) => take(message, breaking), { validator: validators.byToken(breaking) });
  onSignal(breakGlassSignal, bySignalOf('breakGlass', breaking), described('breakGlass'));
  setHandler(resumeUpdate, (message) => take(message, resume), { validator: validators.byToken(resume) });
  onSignal(resumeSignal, bySignalOf('resume', resume), described('resume'));
  setHandler(endUndoUpdate, (message) => take(message, endUndo), { validator: validators.byToken(endUndo) });
  onSignal(endUndoSignal, bySignalOf('endUndo', endUndo), described('endUndo'));
  const promote = (message: PromoteMessage) => take(message, promoteVerb(run, message));
  setHandler(promoteUpdate, promote, { validator: validators.promote });
  const promoteBySignal = ifRead(run, 'promote', { mistakeOf: promoteMistake, act: promote });
  onSignal(promoteSignal, promoteBySignal, described('promote'));
  const skip = (message: SkipRegionMessage) => take(message, skipVerb(run, message));
  setHandler(skipRegionUpdate, skip, { validator: validators.skipRegion });
  onSignal(skipRegionSignal, ifRead(run, 'skipRegion', { mistakeOf: skipMistake, act: skip }), described('skipRegion'));
}

type Described = keyof typeof descriptions;

interface Reading<Message> {
  readonly mistakeOf: (message: unknown) => string | null;
  readonly act: (message: Message) => Promise<unknown>;
}

const ifRead = <Message>(run: DeploymentRun, signal: Described, { mistakeOf, act }: Reading<Message>) =>
  ifWellMade(mistakeOf, act, (mistake) => refusedSignal(run, signal, mistake));

const described = (message: Described) => ({ description: descriptions[message] });

/** Signals have no validators: whatever is not a person's message is one of whoever may use Temporal. */
function bySignal(message: Partial<PersonMessage> | undefined): PersonMessage {
  const { by, reason } = { ...bare, ...message };
  return personMessageMistake({ by, reason }) === null ? { by, reason } : bare;
}

/** It stops in any case; whoever says anything but no, in whichever way, is not undone against their will. */
const wantsHold = (hold: unknown): boolean => ![undefined, null, false, 'false'].includes(hold as undefined);

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
  const what = run.stageAsked === null ? `rejected by ${by}` : `stage ${run.stageAsked.name} was rejected by ${by}`;
  // By signal one can say nothing, and that is said.
  const why = sentence(what, reason === '' ? 'no reason was given' : reason);
  return answer(run, decideReject(standingOf(run)), () =>
    stopBy(run, { cause: 'rejected', hold: false, by, reason: why, at: now() }),
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
  bindingOf: ofQuestion,
  act: (approval) => {
    run.approvals = [...run.approvals, approval];
    const { given, wanted, missing } = showQuorum(run);
    const { stage } = questionOf(run);
    const rest = missing.length === 0 ? '' : `; ${missing.join(', ')} among them`;
    const message = `approved by ${approval.approver}, ${given} of ${wanted}${rest}`;
    const event = stage === null ? 'approve' : 'approve-stage';
    record(run, { actor: approval.approver, event, message: stage === null ? message : `${stage}: ${message}` });
    return message;
  },
});

const ofQuestion = (run: DeploymentRun) => questionOf(run).binding;

const breakGlassVerb = (run: DeploymentRun): TokenVerb => ({
  verb: 'break-glass',
  decide: (at) => decideBreaking(at, glassPolicy(run)),
  bindingOf: ofQuestion,
  act: ({ approver }, { broken }) => {
    if (broken === undefined) return `${approver} said no reason`;
    run.broken = [...run.broken, broken];
    const { outcome, missing, review } = glassOf(run);
    showQuorum(run);
    const rest = review ? 'another person reviews it afterwards' : `${missing ?? 'nobody'} is wanted, too`;
    const message = `glass broken by ${approver}${outcome === 'open' && !review ? '' : `; ${rest}`}`;
    const why = `${broken.reason} (${broken.incident})`;
    record(run, { actor: approver, event: 'break-glass', message: `${message}: ${why}` });
    return message;
  },
});

function glassPolicy(run: DeploymentRun) {
  const policy = run.planned === null ? null : questionOf(run).policy;
  return policy === null ? null : (policy.breakGlass ?? defaultBreakGlass);
}

/** One that was got for a pause says nothing about what waits later. */
const boundToWait = (verb: 'resume' | 'end-undo') => (run: DeploymentRun) => {
  const wait = tokenWaitOf(run, verb);
  return { ...plannedOf(run).binding, ...(wait !== null && { wait }) };
};

const resumeVerb = (run: DeploymentRun): TokenVerb => ({
  verb: 'resume',
  decide: decideResume,
  bindingOf: boundToWait('resume'),
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
  bindingOf: boundToWait('end-undo'),
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
