import type { Command } from 'commander';
import { verbInEffect, type DeploymentVerb } from '../../domain/progress/in-effect.ts';
import { regionArgument } from '../region-list.ts';
import type { VerbAnswer } from '../../protocol/api/deployment.ts';
import { printAccepted } from '../accepted.ts';
import { yesFlag } from '../dialog.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session } from '../session.ts';
import type { CarryOut } from './command.ts';
import type { Target, VerbFlags } from './deployment-call.ts';
import { abort, approve, breakGlass, endUndo, pause, reject } from './send-deployment-verb.ts';
import { sendDecision, sendWithToken } from './send-signed-verb.ts';

interface Verb {
  readonly name: DeploymentVerb;
  readonly description: string;
  readonly flags: (command: Command) => Command;
  readonly next: (deployment: string, service: string) => string;
  /** What it is about, if not a deployment alone. */
  readonly object?: string;
  readonly send: (session: Session, target: Target, flags: VerbFlags, region?: string) => Promise<VerbAnswer>;
}

export const reasonFlag = (command: Command): Command => command.option('--reason <text>', 'why, for all to read');
const watchNext = (deployment: string): string => `slipway watch ${deployment}`;

const verbs: readonly Verb[] = [
  {
    name: 'approve',
    description: 'agree that its release may run in the regions of its plan',
    flags: yesFlag,
    next: watchNext,
    send: approve,
  },
  {
    name: 'break-glass',
    description: 'go past an approval in an emergency: two persons, or one and a review, as the organisation has it',
    flags: (command) =>
      reasonFlag(yesFlag(command))
        .option('--incident <link>', 'the incident, or a link to it')
        .option('--confirm <service>', "the service's name, instead of typing it"),
    next: watchNext,
    send: breakGlass,
  },
  {
    name: 'reject',
    description: 'say no to it, with a reason: it ends, or is undone where it waits before a later stage',
    flags: (command) => reasonFlag(yesFlag(command)),
    next: (_, service) => `slipway status ${service}`,
    send: reject,
  },
  {
    name: 'pause',
    description: 'start no new batch',
    flags: reasonFlag,
    next: (deployment) => `slipway resume ${deployment}`,
    send: pause,
  },
  {
    name: 'resume',
    description: 'go on after a pause or a hold',
    flags: yesFlag,
    next: watchNext,
    send: (session, target, flags) => sendWithToken(session, target, flags, 'resume'),
  },
  {
    name: 'promote',
    description: 'end the bake of its stage early, if its hosts are well; not what metrics are watched for',
    flags: (command) => reasonFlag(yesFlag(command)),
    next: watchNext,
    send: (session, target, flags) => sendDecision(session, target, flags, { verb: 'promote' }),
  },
  {
    name: 'skip-region',
    object: '<deployment> <region>',
    description: 'go on without a region that does not move: it gets the release by a deployment of its own',
    flags: (command) => reasonFlag(yesFlag(command)),
    next: watchNext,
    send: (session, target, flags, region) =>
      sendDecision(session, target, flags, { verb: 'skip-region', region: regionArgument(region) }),
  },
  {
    name: 'abort',
    description: 'stop it and undo it in every region',
    flags: (command) => reasonFlag(yesFlag(command)).option('--hold', 'leave hosts where they are instead of undoing'),
    next: watchNext,
    send: abort,
  },
  {
    name: 'end-undo',
    description: 'end an undo that is stuck: hosts that have not gone back are left as they are',
    flags: (command) => yesFlag(command).option('--confirm <service>', "the service's name, instead of typing it"),
    next: (_, service) => `slipway status ${service}`,
    send: endUndo,
  },
];

/** `approve`, `break-glass`, `reject`, `pause`, `resume`, `promote`, `skip-region`, `abort`, `end-undo` of `<service>/<n>`. */
export function addDeploymentVerbs(program: Command, carryOut: CarryOut): void {
  for (const verb of verbs) {
    const command = withSharedFlags(program.command(`${verb.name} ${verb.object ?? '<deployment>'}`));
    verb.flags(command.description(verb.description)).action((text: string, ...rest: Rest) => {
      const [flags, region] = typeof rest[0] === 'string' ? [rest[1] as VerbFlags, rest[0]] : [rest[0], undefined];
      return carryOut(flags, async (session) => {
        const target = objectArgument(text, 'deployment');
        const answer = await verb.send(session, target, flags, region);
        const accepted = `${answer.deployment}: ${answer.message}`;
        const next = verb.next(answer.deployment, target.service);
        const inEffect = verbInEffect(verb.name, flags);
        printAccepted(session.output, verb.name, { accepted, inEffect, next }, answer);
      });
    });
  }
}

/** Flags, after the region where the command takes one. */
type Rest = readonly [VerbFlags, ...unknown[]] | readonly [string, VerbFlags, ...unknown[]];
