import type { Command } from 'commander';
import { isName } from '../../domain/names.ts';
import { roles } from '../../domain/states.ts';
import type { RightAnswer, RightRequest } from '../../protocol/api/access.ts';
import { printAccepted } from '../accepted.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { shellWord } from '../shell-word.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface RightFlags extends SharedFlags {
  readonly role?: string;
  readonly service?: string;
  readonly team?: string;
}

interface ReviewFlags extends SharedFlags {
  readonly accept?: true;
  readonly object?: true;
  readonly reason: string;
  readonly stage?: string;
}

/** `grant`, `revoke`, `review`. */
export function addAccessCommands(program: Command, carryOut: CarryOut): void {
  const verbs = [
    ['grant', 'give a person, or all of a team (team:payments), a role; or put a person into a team'],
    ['revoke', 'take it away again'],
  ] as const;
  for (const [verb, description] of verbs)
    withSharedFlags(program.command(`${verb} <person>`))
      .description(description)
      .option('--role <role>', `${roles.join(', ')}, or owner of a service`)
      .option('--service <service>', 'for this service only; all of them unless given')
      .option('--team <team>', 'the membership of this team')
      .option('--yes', 'nothing is asked anyway')
      .action((holder: string, flags: RightFlags) =>
        carryOut(flags, (session) => change(session, verb, rightOf(holder, flags))),
      );
  withSharedFlags(program.command('review <deployment>'))
    .description('say what you think of an approval that one person went past')
    .option('--accept', 'it was right to')
    .option('--object', 'it was not')
    .requiredOption('--reason <text>', 'why, for all to read')
    .option('--stage <stage>', 'of which stage, where glass was broken more than once')
    .option('--yes', 'nothing is asked anyway')
    .action((text: string, flags: ReviewFlags) => carryOut(flags, (session) => review(session, text, flags)));
}

async function change(session: Session, verb: 'grant' | 'revoke', right: RightRequest): Promise<void> {
  await session.introduce();
  const { client, interrupted: signal, output } = session;
  const answer = await callInsistently(client, verb, { body: right, signal });
  const accepted = changeText(verb, answer);
  printAccepted(output, verb, { accepted, inEffect: 'now, at the next question', next: 'slipway list grants' }, answer);
}

/** What was revoked may be had all the same: that is no time to say that it is gone. */
export function changeText(verb: 'grant' | 'revoke', { right, changed, still = [] }: RightAnswer): string {
  const already = changed ? '' : '; it was so already';
  if (verb === 'grant') return `${right}${already}`;
  if (still.length === 0) return `no longer: ${right}${already}`;
  return `${changed ? 'revoked' : 'nothing to revoke'}, but it is still so that ${right}: ${still.join('; ')}`;
}

async function review(session: Session, text: string, flags: ReviewFlags): Promise<void> {
  if ((flags.accept === true) === (flags.object === true)) throw new UsageError('give --accept or --object');
  const { service, deployment } = objectArgument(text, 'deployment');
  const { reason, stage } = flags;
  await session.introduce();
  const body = { verdict: flags.accept ? 'accept' : 'object', reason, ...(stage !== undefined && { stage }) } as const;
  const { client, interrupted: signal, output } = session;
  const answer = await callInsistently(client, 'review', { path: { service, deployment }, body, signal });
  const next = flags.object ? `slipway rollback ${shellWord(service)}` : `slipway show ${answer.deployment}`;
  printAccepted(output, 'review', { accepted: answer.message, inEffect: 'now: it is on record', next }, answer);
}

/** @throws UsageError that says what is missing, or too much */
export function rightOf(holder: string, { role, service, team }: RightFlags): RightRequest {
  if ((role === undefined) === (team === undefined)) throw new UsageError('give --role or --team');
  if (team !== undefined) {
    if (service !== undefined) throw new UsageError('a person is in a team for all services: leave out --service');
    return { holder, team: named(team, 'team') };
  }
  const known = [...roles, 'owner' as const].find((each) => each === role);
  if (known === undefined) throw new UsageError(`--role is one of ${roles.join(', ')} or owner`);
  if (known === 'owner' && service === undefined) throw new UsageError('an owner is one of a service: give --service');
  return { holder, role: known, ...(service !== undefined && { service: named(service, 'service') }) };
}

function named(text: string, what: string): string {
  if (isName(text)) return text;
  throw new UsageError(`${JSON.stringify(text)} is no name of a ${what}`);
}
