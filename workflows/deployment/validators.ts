/**
 * What is refused before it is accepted. A refusal by a validator leaves no record, so the same Update id may be sent again
 * once the message is possible; what a handler answers is the answer of that id for ever. Handlers decide all the same:
 * signals have no validators, and in a replay none runs.
 */
import {
  decideAbort,
  decidePause,
  decideReject,
  type MessageDecision,
} from '../../domain/deployment/person-message.ts';
import {
  abortMistake,
  personMessageMistake,
  promoteMistake,
  rejectMistake,
  skipMistake,
  tokenMessageMistake,
} from '../../domain/lane/message-shape.ts';
import type { AbortMessage, PromoteMessage, SkipRegionMessage } from '../messages/deployment.ts';
import { refuseMistake, refusal } from '../refusal.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { promoteVerb } from './promote.ts';
import { skipVerb } from './skip-region.ts';
import { standingOf } from './standing.ts';
import { answerBefore, type TokenVerb } from './tokens.ts';

export const validatorsOf = (run: DeploymentRun) => ({
  abort(message: AbortMessage): void {
    refuseMistake(abortMistake(message));
    requirePossible(decideAbort(standingOf(run), message.hold === true));
  },
  reject(message: unknown): void {
    refuseMistake(rejectMistake(message));
    requirePossible(decideReject(standingOf(run)));
  },
  pause(message: unknown): void {
    refuseMistake(personMessageMistake(message));
    requirePossible(decidePause(standingOf(run)));
  },
  /** Whether the token is good takes an activity: that refusal is the handler's. */
  byToken: (verb: TokenVerb) => (message: unknown) => {
    refuseMistake(tokenMessageMistake(message));
    requirePossibleByToken(run, message, verb);
  },
  promote(message: PromoteMessage): void {
    refuseMistake(promoteMistake(message));
    requirePossibleByToken(run, message, promoteVerb(run, message));
  },
  skipRegion(message: SkipRegionMessage): void {
    refuseMistake(skipMistake(message));
    requirePossibleByToken(run, message, skipVerb(run, message));
  },
});

function requirePossibleByToken(run: DeploymentRun, message: unknown, verb: TokenVerb): void {
  if (answerBefore(run, message, verb) === undefined) requirePossible(verb.decide(standingOf(run)));
}

function requirePossible(decision: MessageDecision): void {
  if (decision.do === 'refuse') throw refusal('refused', decision.message);
}
