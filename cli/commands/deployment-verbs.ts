import type { Command } from 'commander';
import { problemOf } from '../../protocol/api/problems.ts';
import { deploymentReference, type ObjectReference } from '../../protocol/api/object-reference.ts';
import type { VerbAnswer } from '../../protocol/api/deployment.ts';
import { printAccepted } from '../accepted.ts';
import { ApiProblemError } from '../api-client.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import type { CarryOut } from './command.ts';

interface VerbFlags extends SharedFlags {
  readonly reason?: string;
  readonly hold?: true;
}

type Target = Extract<ObjectReference, { kind: 'deployment' }>;

interface Verb {
  readonly name: string;
  readonly description: string;
  readonly flags?: (command: Command) => Command;
  readonly inEffect: (flags: VerbFlags) => string;
  readonly next: (deployment: string, service: string) => string;
  readonly send: (session: Session, target: Target, flags: VerbFlags) => Promise<VerbAnswer>;
}

const reasonFlag = (command: Command): Command => command.option('--reason <text>', 'why, for all to read');
const watchNext = (deployment: string): string => `slipway watch ${deployment}`;

const verbs: readonly Verb[] = [
  {
    name: 'approve',
    description: 'agree that its release may run in the regions of its plan',
    inEffect: () => 'when enough have approved and the release is copied',
    next: watchNext,
    send: (session, target) => sendWithToken(session, target, 'approve'),
  },
  {
    name: 'resume',
    description: 'go on after a pause or a hold',
    inEffect: () => 'now: the next batch may start',
    next: watchNext,
    send: (session, target) => sendWithToken(session, target, 'resume'),
  },
  {
    name: 'reject',
    description: 'end it before it touches a region',
    flags: (command) => command.requiredOption('--reason <text>', 'why, for all to read'),
    inEffect: () => 'now: it ends, and no region is touched',
    next: (_, service) => `slipway status ${service}`,
    send: (session, target, { reason = '' }) => send(session, target, 'reject', { reason }),
  },
  {
    name: 'pause',
    description: 'start no new batch',
    flags: reasonFlag,
    inEffect: () => 'when the batches that were allowed have ended',
    next: (deployment) => `slipway resume ${deployment}`,
    send: (session, target, { reason }) => send(session, target, 'pause', reason === undefined ? {} : { reason }),
  },
  {
    name: 'abort',
    description: 'stop it and undo it in every region',
    flags: (command) => reasonFlag(command).option('--hold', 'leave hosts where they are instead of undoing'),
    inEffect: ({ hold }) => (hold ? 'now: hosts stay where they are' : 'now: every region goes back to what it ran'),
    next: watchNext,
    send: (session, target, { reason, hold = false }) =>
      send(session, target, 'abort', { hold, ...(reason !== undefined && { reason }) }),
  },
];

/** `approve`, `reject`, `pause`, `resume`, `abort` of `<service>/<n>`. */
export function addDeploymentVerbs(program: Command, carryOut: CarryOut): void {
  for (const verb of verbs) {
    const command = withSharedFlags(program.command(`${verb.name} <deployment>`)).description(verb.description);
    (verb.flags?.(command) ?? command).action((text: string, flags: VerbFlags) =>
      carryOut(flags, async (session) => {
        const target = objectArgument(text, 'deployment');
        await session.introduce();
        const answer = await verb.send(session, target, flags);
        const accepted = `${answer.deployment}: ${answer.message}`;
        const next = verb.next(answer.deployment, target.service);
        printAccepted(session.output, verb.name, { accepted, inEffect: verb.inEffect(flags), next }, answer);
      }),
    );
  }
}

const pathOf = ({ service, deployment }: Target) => ({ service, deployment });

const send = <Name extends 'reject' | 'pause' | 'abort'>(
  { client, interrupted: signal }: Session,
  target: Target,
  name: Name,
  body: { readonly reason: string; readonly hold?: boolean } | { readonly reason?: string; readonly hold?: boolean },
): Promise<VerbAnswer> => callInsistently<'abort'>(client, name as 'abort', { path: pathOf(target), body, signal });

/** What moves hosts forward needs a signed statement over exactly the plan that there is now. */
async function sendWithToken(session: Session, target: Target, verb: 'approve' | 'resume'): Promise<VerbAnswer> {
  const { client, output, interrupted: signal } = session;
  const path = pathOf(target);
  const { binding } = await client.call('showDeployment', { path, signal });
  if (binding === null) {
    const name = deploymentReference(target.service, target.deployment);
    throw new ApiProblemError(
      problemOf('state-changed', { detail: `${name} has no plan that could be agreed to now` }),
    );
  }
  const { release, regions, planDigest } = binding;
  output.note(`${verb}: ${target.service}@${release.number} in ${regions.join(', ')}; plan ${planDigest}`);
  const { token } = await callInsistently(client, 'approvalToken', { path, body: { verb, planDigest }, signal });
  return callInsistently(client, verb, { path, body: { token }, signal });
}
