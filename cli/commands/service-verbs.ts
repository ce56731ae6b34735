import type { Command } from 'commander';
import type { Lane } from '../../protocol/api/lane.ts';
import { printAccepted, type Accepted } from '../accepted.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import type { CarryOut } from './command.ts';

interface ReasonFlags extends SharedFlags {
  readonly reason?: string;
}

/** `rollback`, `lock`, `unlock` of a service. */
export function addServiceVerbs(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('rollback <service>'))
    .description('go back to what ran before: undo what is on its way, else the last success')
    .option('--reason <text>', 'why, for all to read')
    .action((service: string, flags: ReasonFlags) =>
      carryOut(flags, (session) => rollback(session, objectArgument(service, 'service').service, flags.reason)),
    );
  for (const verb of ['lock', 'unlock'] as const) {
    withSharedFlags(program.command(`${verb} <service>`))
      .description(verb === 'lock' ? 'start no more of its deployments' : 'let its deployments start again')
      .requiredOption('--reason <text>', 'why, for all to read')
      .action((service: string, flags: SharedFlags & { readonly reason: string }) =>
        carryOut(flags, (session) =>
          changeLock(session, verb, objectArgument(service, 'service').service, flags.reason),
        ),
      );
  }
}

async function rollback(session: Session, service: string, reason: string | undefined): Promise<void> {
  const { client, output, interrupted: signal } = session;
  await session.introduce();
  const body = reason === undefined ? {} : { reason };
  const answer = await callInsistently(client, 'rollback', { path: { service }, body, signal });
  const { deployment, outcome } = answer;
  const accepted: Accepted = {
    accepted: outcome === 'undoing' ? `${deployment} is aborted and undone` : `${deployment} rolls ${service} back`,
    inEffect: 'when its hosts report what they ran before; the lane stays locked after it',
    next: `slipway watch ${deployment}`,
  };
  printAccepted(output, 'rollback', accepted, answer);
}

async function changeLock(session: Session, verb: 'lock' | 'unlock', service: string, reason: string): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const { person } = await session.introduce();
  const lane = await callInsistently(client, verb, { path: { service }, body: { reason }, signal });
  const accepted: Accepted =
    verb === 'lock'
      ? {
          accepted: `${service} is locked by ${lane.lock?.owner ?? person}: "${lane.lock?.reason ?? reason}"`,
          inEffect: lane.active === null ? 'now' : `now for what comes next; ${lane.active.deployment} goes on`,
          next: `slipway unlock ${service} --reason …`,
        }
      : {
          accepted: `${service} is unlocked by ${person}`,
          inEffect: startsNext(lane),
          next: `slipway status ${service}`,
        };
  printAccepted(output, verb, accepted, lane);
}

function startsNext({ active, queue }: Lane): string {
  const next = queue[0];
  if (next === undefined) return 'now: nothing waits';
  return active === null ? `now: ${next.deployment} starts` : `${next.deployment} starts after ${active.deployment}`;
}
