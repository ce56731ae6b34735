import { CancellationScope } from '@temporalio/workflow';
import type { VerifyApprovalResult } from '../../activities/release/contract.ts';
import type { Approval, ApprovalVerb } from '../../domain/approval/approval.ts';
import { maxBadTokens, whyShut } from '../../domain/deployment/bad-tokens.ts';
import type { MessageDecision, Standing } from '../../domain/deployment/person-message.ts';
import type { ApprovalBinding } from '../../domain/plan/plan.ts';
import { tokenMessageMistake } from '../../domain/lane/message-shape.ts';
import { releases } from '../activity-options/control.ts';
import { faultReason } from '../faults.ts';
import type { MessageAnswer, TokenMessage } from '../messages/deployment.ts';
import { refusalOf } from '../messages/lane.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { plannedOf } from './deployment-run.ts';
import { record } from './record.ts';
import { standingOf } from './standing.ts';

type ValidToken = Extract<VerifyApprovalResult, { readonly valid: true }>;
type InvalidToken = Extract<VerifyApprovalResult, { readonly valid: false }>;

export interface TokenVerb {
  readonly verb: ApprovalVerb;
  /** What its token is bound to beside the plan. */
  readonly about?: Pick<ApprovalBinding, 'region'>;
  /** Whether the message would do anything now. */
  readonly decide: (at: Standing) => MessageDecision;
  /** What a token of it has to name: the whole plan, unless said. */
  readonly bindingOf?: (run: DeploymentRun) => ApprovalBinding;
  /** Does it; answers what was done. */
  readonly act: (approval: Approval, valid: ValidToken) => string;
}

/** Acts on a message once its token is verified. A token works once; sent again it gets its first answer. */
export async function byToken(run: DeploymentRun, message: unknown, verb: TokenVerb): Promise<MessageAnswer> {
  const mistake = tokenMessageMistake(message);
  if (mistake !== null) return refused(mistake);
  const before = answerBefore(run, message, verb);
  if (before !== undefined) return before;
  const { final, answer } = await verified(run, tokenOf(message), verb);
  if (final) run.tokens.set(keyOf(message, verb), answer);
  return final || answer.accepted ? answer : { ...answer, ...refusalOf(message as TokenMessage) };
}

/** What the same token got before, for the same verb and region. The message has the shape of one with a token. */
export const answerBefore = (run: DeploymentRun, message: unknown, verb: TokenVerb): MessageAnswer | undefined =>
  run.tokens.get(keyOf(message, verb));

/** With the region that the message is about: sent about another one, a token is refused there and good for its own. */
const keyOf = (message: unknown, { verb, about }: TokenVerb): string =>
  [verb, about?.region ?? '', tokenOf(message)].join(' ');

const tokenOf = (message: unknown): string => (typeof message === 'string' ? message : (message as TokenMessage).token);

/** `final` answers are those that the same token gets for ever. */
interface TokenAnswer {
  readonly final: boolean;
  readonly answer: MessageAnswer;
}

async function verified(run: DeploymentRun, token: string, of: TokenVerb): Promise<TokenAnswer> {
  const { verb, decide, act, bindingOf = planBinding } = of;
  const possible = decide(standingOf(run));
  if (possible.do !== 'accept') return notNow(possible);
  const shut = whyShut(run.badTokens);
  if (shut !== null) {
    return { final: false, answer: refused(run.stop === null ? `${shut}; abort it, and deploy again` : shut) };
  }
  const { excluded } = plannedOf(run);
  const binding = { ...bindingOf(run), ...of.about };
  try {
    const result = await CancellationScope.nonCancellable(() =>
      releases.verifyApproval({ token, verb, binding, excluded }),
    );
    if (!result.valid) return refusedToken(run, result);
    const still = decide(standingOf(run)); // it may have ended meanwhile
    if (still.do !== 'accept') return notNow(still);
    if (!isSame(binding, bindingOf(run))) return { final: false, answer: refused('something else is asked by now') };
    run.controlRevision += 1;
    return { final: true, answer: { accepted: true, message: act(result.approval, result) } };
  } catch (error) {
    return { final: false, answer: refused(faultReason(error)) };
  }
}

const planBinding = (run: DeploymentRun): ApprovalBinding => plannedOf(run).binding;

/** Of one deployment: nothing else of a binding can change. */
const isSame = (a: ApprovalBinding, b: ApprovalBinding): boolean =>
  a.planDigest === b.planDigest && a.stage === b.stage && a.wait === b.wait;

/** Only guesses are counted: what the api signed, for another plan or too long ago, must not shut out good tokens. */
function refusedToken(run: DeploymentRun, { genuine, reason }: InvalidToken): TokenAnswer {
  if (!genuine) run.badTokens += 1;
  const count = genuine ? '' : ` (${run.badTokens} of ${maxBadTokens})`;
  record(run, { event: 'token-refused', message: `a token was refused${count}: ${reason}` });
  return { final: true, answer: refused(reason) };
}

const notNow = (decision: MessageDecision): TokenAnswer => ({
  final: false,
  answer: { accepted: decision.do === 'done', message: decision.message },
});

const refused = (message: string): MessageAnswer => ({ accepted: false, message });
